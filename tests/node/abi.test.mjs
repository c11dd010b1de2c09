// What is decoded is what was encoded, and nothing else is decoded at all. Run with `node --test`.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Interface } from 'ethers';
import { Contract, Contracts } from './abi.mjs';

const ABI = [
	'constructor(tuple(address who, uint128 price)[] offers, uint32 until)',
	'function sign(uint8 index, bytes32 evidence)',
	'function submit(tuple(bytes32 key, bytes payload) request) returns (bytes32)',
	'event Signed(address who, bytes32 evidence)',
	'event Moved(uint32 indexed from, bytes32 key)',
];
const abi = new Interface(ABI);
const contract = new Contract('Offer', ABI);

const WHO = '0x9621DDe636dE098B43Efb0fA9b61fAcFE328F99D';
const WORD = `0x${'ab'.repeat(32)}`;
const SIGN = abi.encodeFunctionData('sign', [3, WORD]);
const MOVED = abi.encodeEventLog('Moved', [7, WORD]);

/** The same with a hexadecimal digit replaced. */
function changed(bytes, at, digit) {
	return `${bytes.slice(0, at)}${digit}${bytes.slice(at + 1)}`;
}

test('calls are read by name', () => {
	assert.deepEqual(contract.call(SIGN), { name: 'sign', fields: { index: '3', evidence: WORD } });
	const submit = abi.encodeFunctionData('submit', [{ key: WORD, payload: '0x01ff' }]);
	assert.deepEqual(contract.call(submit).fields, { request: { key: WORD, payload: '0x01ff' } });
});

test('a constructor is told its arguments alone', () => {
	const data = abi.encodeDeploy([[{ who: WHO, price: 2n ** 100n }], 9]);
	const fields = { offers: [{ who: WHO, price: (2n ** 100n).toString() }], until: '9' };
	assert.deepEqual(contract.constructorCall(data), { name: 'constructor', fields });
	assert.throws(() => contract.constructorCall(`${data}00`), /is not/);
});

test('events are read from topics and data', () => {
	assert.deepEqual(contract.event(MOVED.topics, MOVED.data), { name: 'Moved', fields: { from: '7', key: WORD } });
	const signed = abi.encodeEventLog('Signed', [WHO, WORD]);
	assert.deepEqual(contract.event(signed.topics, signed.data).fields, { who: WHO, evidence: WORD });
});

test('bytes that mean the same but are others are refused', () => {
	// More than was read, and an index of more than its eight bits.
	for (const data of [`${SIGN}00`, changed(SIGN, 10, '1')]) {
		assert.throws(() => contract.call(data), /is not|out-of-bounds/);
	}
	assert.throws(() => contract.event(MOVED.topics, `${MOVED.data}00`), /is not/);
	const [topic, from] = MOVED.topics;
	assert.throws(() => contract.event([topic, changed(from, 2, '1')], MOVED.data), /is not|out-of-bounds/);
});

test('what the ABI does not name, or too little of it, is refused', () => {
	assert.throws(() => contract.call('0x12345678'), /no function 0x12345678/);
	assert.throws(() => contract.call('0x'), /no function/);
	assert.throws(() => contract.call(SIGN.slice(0, -2)));
	assert.throws(() => contract.event([WORD], '0x'), /no event/);
	assert.throws(() => contract.event([], WORD), /no event/);
	assert.throws(() => contract.event(MOVED.topics, '0x'));
	assert.throws(() => contract.event(MOVED.topics.slice(0, 1), MOVED.data));
});

test('a contract is known by its code', () => {
	const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
	try {
		writeFileSync(join(folder, 'Offer.polkavm'), Buffer.from('50564d', 'hex'));
		writeFileSync(join(folder, 'Offer.abi.json'), abi.formatJson());
		const contracts = new Contracts(folder);
		assert.equal(contracts.byCode('0x50564d').call(SIGN).name, 'sign');
		assert.throws(() => contracts.byCode('0x50564e'), /no contract .* of 3 bytes/);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
