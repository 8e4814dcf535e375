// SPDX-License-Identifier: Apache-2.0
// check-export.mjs MODULES FILE... -- CycloneDX files against the strict schema, and the licence expressions of SPDX and CycloneDX
// files by another parser.  MODULES is the node_modules folder that check-exports.sh fills.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const [modules, ...files] = process.argv.slice(2)
const need = createRequire(resolve(modules, 'x.js'))
const { Validation, Spec } = need('@cyclonedx/cyclonedx-library')
const parse = need('spdx-expression-parse')
let bad = 0

function wrong(file, what) {
	console.error(`${file}: ${what}`)
	bad++
}

function expressions(value, found = []) {
	if (Array.isArray(value)) value.forEach(v => expressions(v, found))
	else if (value && typeof value === 'object')
		for (const [k, v] of Object.entries(value))
			if ((k === 'simplelicensing_licenseExpression' || k === 'expression') && typeof v === 'string') found.push(v)
			else expressions(v, found)
	return found
}

for (const file of files) {
	const text = readFileSync(file, 'utf8')
	const json = JSON.parse(text)
	if (json.bomFormat === 'CycloneDX') {
		const validator = new Validation.JsonStrictValidator(Spec.Version[`v${json.specVersion.replace('.', 'dot')}`])
		const error = await validator.validate(text)
		if (error) wrong(file, JSON.stringify(error).slice(0, 2000))
	}
	// It knows SPDX 2: names for additions of one's own came with 3.
	for (const e of expressions(json).filter(e => !e.includes('AdditionRef-')))
		try { parse(e) } catch (x) { wrong(file, `not a licence expression: ${e}: ${x.message}`) }
}
process.exit(bad ? 1 : 0)
