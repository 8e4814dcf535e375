# SPDX-License-Identifier: Apache-2.0
# once
# build: canonical JSON is what other people's programs make of the same values.
. "$LIB"
[ -x "$BUILD/unit/jcs" ] || exit 0
canonical() { "$BUILD/unit/jcs" --lines; }

# Objects, nesting, strings of every plane and integers that a double holds, as Python's json writes them when it is told to sort by
# UTF-16 and to escape no more than it must.
if command -v python3 > /dev/null; then
	cat > make.py <<'END'
import json, random
random.seed(1)
def text():
    return "".join(chr(random.choice((random.randrange(1, 128), random.randrange(160, 0xd800), random.randrange(0xe000, 0x10000),
                                      random.randrange(0x10000, 0x110000), 9, 10, 13, 34, 92))) for _ in range(random.randrange(6)))
def value(depth):
    kind = random.randrange(7 if depth else 4)
    if kind < 1:
        return text()
    if kind < 3:
        return random.choice((0, 1, -1, random.randrange(-2**53, 2**53), random.randrange(1000)))
    if kind < 4:
        return random.choice((True, False, None))
    if kind < 5:
        return [value(depth - 1) for _ in range(random.randrange(4))]
    return {text(): value(depth - 1) for _ in range(random.randrange(6))}
def ordered(v):
    if isinstance(v, dict):
        return {k: ordered(v[k]) for k in sorted(v, key=lambda k: k.encode("utf-16-be"))}
    return [ordered(x) for x in v] if isinstance(v, list) else v
with open("in", "w") as i, open("want", "w") as w:
    for n in range(3000):
        v = value(5)
        print(json.dumps(v, ensure_ascii=n % 2, separators=((", ", ":  "), (",", ":"))[n % 3 > 0]), file=i)
        print(json.dumps(ordered(v), ensure_ascii=False, separators=(",", ":")), file=w)
END
	python3 make.py
	canonical < in > got
	claim 'strings, integers and names are as Python sorts and writes them' cmp want got
	canonical < got > again
	claim 'and what is canonical stays as it is' cmp want again
fi

# Numbers: the language that the standard speaks of.
if command -v node > /dev/null; then
	node -e '
		let s = 1n, b = new DataView(new ArrayBuffer(8)), out = [], want = []
		const add = v => { if (Number.isFinite(v)) { out.push(v.toExponential(20)); want.push(JSON.stringify(v)) } }
		for (let i = 0; i < 100000; i++) {
			s = (s * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
			b.setBigUint64(0, s); add(b.getFloat64(0)); add(Number(s >> 30n) / 1000); add(Number(s >> 12n) * 1e6)
		}
		for (let v = 5e-324; Number.isFinite(v); v *= 2) { add(v); add(-v) }
		const fs = require("fs")
		fs.writeFileSync("numbers", out.join("\n") + "\n"); fs.writeFileSync("numbers.want", want.join("\n") + "\n")'
	canonical < numbers > numbers.got
	claim 'numbers are printed as by ECMAScript' cmp numbers.want numbers.got
fi
printf '%s\n' '{"a":1,"a":2}' '1e999' '[1' '{"b":1, "a":[2.50, 1E1]}' | canonical
