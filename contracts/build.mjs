// Compiles the Solidity contracts: for each a PolkaVM blob, EVM bytecode, its ABI and its
// selectors, in out/. Of all folders, or of those that are named.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { compile } = require('@parity/resolc');
const solc = require('solc');

const root = dirname(fileURLToPath(import.meta.url));
const out = join(root, 'out');
const named = process.argv.slice(2);
const folders = named.length > 0 ? named : ['interfaces', 'fixtures', 'sale-solidity'];

// Keys are paths relative to this folder: compilers hash them into what they make.
const sources = {};
for (const folder of folders) {
	for (const file of readdirSync(join(root, folder)).filter((file) => file.endsWith('.sol')).sort()) {
		const path = `${folder}/${file}`;
		sources[path] = { content: readFileSync(join(root, path), 'utf8') };
	}
}

function check(output) {
	const errors = (output.errors ?? []).filter((error) => error.severity === 'error');
	if (errors.length > 0) {
		console.error(errors.map((error) => error.formattedMessage).join('\n'));
		process.exit(1);
	}
	return output;
}

const polkavm = check(await compile(sources));
const evm = check(
	JSON.parse(
		solc.compile(
			JSON.stringify({
				language: 'Solidity',
				sources,
				settings: {
					optimizer: { enabled: true, runs: 200 },
					outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.methodIdentifiers'] } },
				},
			}),
		),
	),
);

mkdirSync(out, { recursive: true });
for (const [path, contracts] of Object.entries(evm.contracts)) {
	for (const [name, contract] of Object.entries(contracts)) {
		writeFileSync(join(out, `${name}.abi.json`), `${JSON.stringify(contract.abi, null, '\t')}\n`);
		writeFileSync(
			join(out, `${name}.selectors.json`),
			`${JSON.stringify(contract.evm.methodIdentifiers, null, '\t')}\n`,
		);
		if (contract.evm.bytecode.object === '') continue; // An interface.
		const blob = Buffer.from(polkavm.contracts[path][name].evm.bytecode.object, 'hex');
		const bytecode = Buffer.from(contract.evm.bytecode.object, 'hex');
		writeFileSync(join(out, `${name}.polkavm`), blob);
		writeFileSync(join(out, `${name}.evm`), bytecode);
		console.log(`    ${name}: ${blob.length} bytes for PolkaVM, ${bytecode.length} for the EVM`);
	}
}
