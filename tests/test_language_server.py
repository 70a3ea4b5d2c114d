"""The schema in the language server that editors ask: what it completes, explains and underlines.

Taplo is inside Even Better TOML for Visual Studio Code, and in Helix, Neovim, Zed and Emacs.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from planner.keys import RITUALS
from tests.engines import HERE, node_program

EXAMPLE = Path(__file__).parent.parent / "examples" / "ana-and-ben.toml"
KEYS = RITUALS["me_blocks"]
HOLDS = {
    "[me_blocks.new]\nwho = |": {'"ana"', '"ben"'},
    '[me_blocks.new]\nwho = "|"': {'"ana"', '"ben"'},
    '[me_blocks.new]\nshare = "|"': {'"full"', '"gist"', '"busy"', '"private"'},
    '[calendar]\nlanguage = "|"': {'"en"', '"de"', '"es"', '"fr"'},
    "[me_blocks.new]\ncheck_in = { | }": {"after", "before_end", "by", "for"},
    "[[pauses]]\n|": {"starts", "until", "who", "only", "note"},
}


@pytest.fixture
def ask(run_planner, tmp_path):
    """Asks about the example with each text below it, "|" where the cursor is: the answer, and what is underlined."""
    example = EXAMPLE.read_text(encoding="utf-8")
    file = tmp_path / "agreement.toml"
    file.write_text(example, encoding="utf-8")
    assert run_planner("schema", "-o", "agreement.schema.json", "agreement.toml").exit_code == 0

    def place(what: str, more: str) -> dict[str, Any]:
        above, _, after = more.partition("|")
        before = f"#:schema ./agreement.schema.json\n{example}\n{above}"
        start = before.rfind("\n") + 1
        return {"text": before + after, "what": what, "line": before.count("\n"), "character": len(before) - start}

    def asked(what: str, *texts: str) -> list[tuple[Any, list[str]]]:
        question = {"path": str(file), "asked": [place(what, more) for more in texts]}
        command = [node_program(), str(HERE / "taplo.mjs")]
        done = subprocess.run(
            command, input=json.dumps(question), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return [(one["answer"], [said["message"] for said in one["diagnostics"]]) for one in json.loads(done.stdout)]

    return asked


def test_it_completes_the_keys_of_a_ritual_with_what_they_mean(ask):
    ((found, _),) = ask("completion", "[me_blocks.new]\n|")
    explained = {one["label"]: one["documentation"]["value"] for one in found if "documentation" in one}
    explained = {key: text for key, text in explained.items() if "." not in key}
    assert explained == {key: KEYS[key].text for key in KEYS}
    assert {one["label"].partition(".")[0] for one in found} == set(KEYS)


def test_it_completes_what_a_key_may_hold(ask):
    for (found, _), (more, offered) in zip(ask("completion", *HOLDS), HOLDS.items(), strict=True):
        assert offered <= {one["label"] for one in found or []}, more


def test_it_explains_a_key_under_the_pointer(ask):
    ((found, _),) = ask("hover", '[me_blocks.new]\nsha|re = "gist"')
    assert found["contents"]["value"].strip() == KEYS["share"].text


def test_it_underlines_what_check_would_name(ask):
    block = '[me_blocks.new]\nwho = "ana"\nat = "7:00-8:00"\n'
    found = ask("hover", f'{block}on = "firday"|', f'{block}colr = "red"|', f'{block}on = "friday"|')
    day, key, clear = (underlined for _, underlined in found)
    assert any('"firday" is not valid' in one for one in day), day
    assert any("'colr' was unexpected" in one for one in key), key
    assert clear == []
