// What contracts were told and said, read from a node's blocks by polkadot-js. It knows the chain by its
// metadata alone; what it decodes is encoded again, to the same bytes.
import { ApiPromise, WsProvider } from '@polkadot/api';
import { hexOf, same } from './abi.mjs';

/** Every block from the first to the last final one, as what concerns contracts in it. */
export async function* blocks(url) {
	// Connects once: a node that is not there is an error.
	const provider = new WsProvider(url, false);
	try {
		await provider.connect();
		const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
		const last = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber();
		for (let number = 1; number <= last; number++) {
			yield await block(api, provider, number);
		}
	} finally {
		await provider.disconnect();
	}
}

async function block(api, provider, number) {
	const hash = (await api.rpc.chain.getBlockHash(number)).toHex();
	const at = await api.at(hash);
	const events = await at.query.system.events();
	same(events.toHex(), await provider.send('state_getStorage', [at.query.system.events.key(), hash]), `events of block ${number}`);
	const { extrinsics } = (await provider.send('chain_getBlock', [hash])).block;
	const steps = [];
	extrinsics.forEach((bytes, index) => {
		const extrinsic = at.registry.createType('Extrinsic', bytes);
		const own = events.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.eq(index)).map(({ event }) => event);
		const submitted = submittedOf(extrinsic, own);
		if (submitted !== undefined) {
			same(extrinsic.toHex(), bytes, `extrinsic ${index} of block ${number}`);
			steps.push(submitted);
		}
		steps.push(...own.filter((event) => isOf(event, 'ContractEmitted')).map(emittedOf));
	});
	const others = events.filter(({ phase, event }) => !phase.isApplyExtrinsic && isOf(event, 'ContractEmitted'));
	steps.push(...others.map(({ event }) => emittedOf(event)));
	return { number, steps };
}

/** A call or a deployment; nothing if the extrinsic is neither. */
function submittedOf(extrinsic, events) {
	const { method } = extrinsic;
	// Agents' notes are in blocks too, and have no signer.
	if (method.section !== 'revive') return undefined;
	const done = events.some((event) => event.section === 'system' && event.method === 'ExtrinsicSuccess');
	const by = { signer: extrinsic.signer.toString(), done };
	if (method.method === 'call') {
		const [address, value, , , data] = method.args;
		return { kind: 'call', address: address.toHex(), value: value.toString(), data: bytesOf(data), ...by };
	}
	if (method.method === 'instantiateWithCode') {
		const [value, , , code, data] = method.args;
		const made = events.filter((event) => isOf(event, 'Instantiated')).map((event) => event.data.contract.toHex());
		if (made.length !== (done ? 1 : 0)) throw new Error(`a deployment made ${made.length} contracts`);
		return { kind: 'constructor', address: made[0], value: value.toString(), code: bytesOf(code), data: bytesOf(data), ...by };
	}
	return undefined;
}

function emittedOf({ data: { contract, data, topics } }) {
	return { kind: 'event', address: contract.toHex(), topics: topics.map((topic) => topic.toHex()), data: bytesOf(data) };
}

function isOf(event, name) {
	return event.section === 'revive' && event.method === name;
}

/** The bytes of a sequence, without their number. */
function bytesOf(sequence) {
	return hexOf(sequence.toU8a(true));
}
