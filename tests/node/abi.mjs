// Contracts' calls and events, decoded by ethers from ABIs. Each is encoded again, to the same bytes: what
// was not read, or was read as something else, is an error.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AbiCoder, Interface } from 'ethers';

const coder = AbiCoder.defaultAbiCoder();

/** The contracts of a folder that `make contracts` filled, by their code. */
export class Contracts {
	constructor(folder) {
		this.folder = folder;
		const blobs = readdirSync(folder).filter((file) => file.endsWith('.polkavm'));
		this.names = new Map(blobs.map((file) => [hexOf(readFileSync(join(folder, file))), file.slice(0, -'.polkavm'.length)]));
	}

	/** The contract of this code. */
	byCode(code) {
		const name = this.names.get(code);
		if (name === undefined) throw new Error(`no contract in ${this.folder} has this code of ${code.length / 2 - 1} bytes`);
		return this.byName(name);
	}

	/** The contract, or interface, of this name. */
	byName(name) {
		return new Contract(name, JSON.parse(readFileSync(join(this.folder, `${name}.abi.json`), 'utf8')));
	}
}

/** What an ABI says. Bytes are hexadecimal, as `0x..` in lower case. */
export class Contract {
	constructor(name, abi) {
		this.name = name;
		this.abi = new Interface(abi);
	}

	/** What a constructor is told: on PolkaVM its arguments, without the code. */
	constructorCall(data) {
		const { inputs } = this.abi.deploy;
		const values = coder.decode(inputs, data);
		same(coder.encode(inputs, values), data, `${this.name}'s constructor`);
		return { name: 'constructor', fields: fieldsOf(inputs, values) };
	}

	/** A call. */
	call(data) {
		const fragment = this.abi.getFunction(data.slice(0, 10));
		if (fragment === null) throw new Error(`${this.name} has no function ${data.slice(0, 10)}`);
		const values = this.abi.decodeFunctionData(fragment, data);
		same(this.abi.encodeFunctionData(fragment, values), data, `${this.name}.${fragment.name}`);
		return { name: fragment.name, fields: fieldsOf(fragment.inputs, values) };
	}

	/** An event. */
	event(topics, data) {
		const fragment = topics.length === 0 ? null : this.abi.getEvent(topics[0]);
		if (fragment === null) throw new Error(`${this.name} has no event ${topics[0] ?? 'without topics'}`);
		const values = this.abi.decodeEventLog(fragment, data, topics);
		const again = this.abi.encodeEventLog(fragment, [...values]);
		same(again.data, data, `${this.name}'s event ${fragment.name}`);
		same(again.topics.join(), topics.join(), `topics of ${this.name}'s event ${fragment.name}`);
		return { name: fragment.name, fields: fieldsOf(fragment.inputs, values) };
	}
}

/** Bytes as hexadecimal. */
export function hexOf(bytes) {
	return `0x${Buffer.from(bytes).toString('hex')}`;
}

/** Fails if what was decoded is encoded as other bytes. */
export function same(again, bytes, what) {
	if (again !== bytes) throw new Error(`${what}: read as ${again}, which is not ${bytes}`);
}

function fieldsOf(inputs, values) {
	return Object.fromEntries(inputs.map((input, at) => [input.name || `${at}`, fieldOf(input, values[at])]));
}

/** As JSON has it: a structure is an object, a number is decimal digits. */
function fieldOf(type, value) {
	if (type.baseType === 'array') return Array.from(value, (item) => fieldOf(type.arrayChildren, item));
	if (type.baseType === 'tuple') return fieldsOf(type.components, value);
	return typeof value === 'bigint' ? value.toString() : value;
}
