// Decodes every call and every event of contracts on a running chain with polkadot-js and ethers.
// Usage: node decode.mjs ws://127.0.0.1:9944 [--json]
// Prints a line for each, or with --json an object. The first that cannot be decoded, or is encoded as
// other bytes, ends it with status 1.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contracts } from './abi.mjs';
import { blocks } from './chain.mjs';

/** Where the chain's control plane is: `REGENT_ADDRESS` of contracts/interfaces/IRegent.sol. */
const REGENT = '0x0000000000000000000000000000000052470000';

function decode({ kind, address, code, topics, data }, contracts, deployed) {
	if (kind === 'constructor') {
		const contract = contracts.byCode(code);
		if (address !== undefined) deployed.set(address, contract);
		return { contract: contract.name, ...contract.constructorCall(data) };
	}
	const contract = deployed.get(address);
	if (contract === undefined) throw new Error(`nobody deployed ${address}`);
	return { contract: contract.name, ...(kind === 'call' ? contract.call(data) : contract.event(topics, data)) };
}

function lineOf({ block, kind, contract, name, done, fields }) {
	const told = Object.entries(fields).map(([field, value]) => `${field}: ${shortened(value)}`);
	const failed = done === false ? ' failed' : '';
	return `${String(block).padStart(6)}  ${kind.padEnd(12)} ${contract.padEnd(16)} ${name}(${told.join(', ')})${failed}`;
}

function shortened(value) {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return text.length > 66 ? `${text.slice(0, 63)}...` : text;
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
if (positionals.length !== 1) {
	console.error('usage: node decode.mjs ws://127.0.0.1:9944 [--json]');
	process.exit(2);
}
try {
	const contracts = new Contracts(fileURLToPath(new URL('../../contracts/out', import.meta.url)));
	const deployed = new Map([[REGENT, contracts.byName('IRegent')]]);
	for await (const { number: block, steps } of blocks(positionals[0])) {
		for (const step of steps) {
			const { kind, address, signer, value, done } = step;
			const told = { block, kind, address, signer, value, done, ...decode(step, contracts, deployed) };
			console.log(values.json ? JSON.stringify(told) : lineOf(told));
		}
	}
} catch (error) {
	console.error(`not decoded: ${error.message}`);
	process.exitCode = 1;
}
