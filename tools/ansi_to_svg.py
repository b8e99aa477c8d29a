"""Draws what a command wrote to a terminal as an SVG: docs/analyze.svg is made by

    CLICOLOR_FORCE=1 stance analyze --format page --width 118 examples/summit.txt \\
        | python3 tools/ansi_to_svg.py 'stance analyze examples/summit.txt' > docs/analyze.svg
"""

import html
import re
import sys
import unicodedata

FONT, LINE, CELL, EDGE = 13, 18, 7.83, 16
INK, PAPER = "#d7dae0", "#16181d"
COLOURS = {31: "#ff6b6b", 32: "#63d297", 33: "#f2c14e", 36: "#67c7e2"}
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def styled(line, state):
    """The pieces of a line with their styles; `state` is carried on to the next line."""
    at = 0
    for match in ESCAPE.finditer(line):
        if match.start() > at:
            yield line[at : match.start()], dict(state)
        for code in [int(code or 0) for code in match.group(1).split(";")]:
            if code == 0:
                state.clear()
            elif code == 1:
                state["font-weight"] = "bold"
            elif code == 2:
                state["opacity"] = "0.55"
            elif code in COLOURS:
                state["fill"] = COLOURS[code]
        at = match.end()
    if at < len(line):
        yield line[at:], dict(state)


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def main():
    lines = [f"\x1b[2m$ {sys.argv[1]}\x1b[0m", *sys.stdin.read().rstrip().split("\n")]
    columns = max(width(ESCAPE.sub("", line)) for line in lines)
    size = (round(columns * CELL + 2 * EDGE), len(lines) * LINE + 2 * EDGE)
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}">'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
        f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="{FONT}" fill="{INK}">'
    )
    state = {}
    for row, line in enumerate(lines):
        column = 0
        for text, style in styled(line, state):
            # White space at the ends is not drawn the same everywhere: it is left out and skipped over.
            drawn = text.strip()
            if drawn:
                skipped = width(text) - width(text.lstrip())
                x, y = EDGE + (column + skipped) * CELL, EDGE + row * LINE + FONT
                attributes = "".join(f' {name}="{value}"' for name, value in style.items())
                length = width(drawn) * CELL
                print(
                    f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}"{attributes}>{html.escape(drawn, quote=False)}</text>'
                )
            column += width(text)
    print("</g></svg>")


main()
