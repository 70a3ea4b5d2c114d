"""The page in a real browser: one sheet of A4, no complaint of the console, nothing that axe-core finds.

These tests need a Chromium (`chromium`, `google-chrome` or $PLANNER_BROWSER), and are skipped where there is none.
"""

from __future__ import annotations

import html as entities
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from planner.cli.browser import browser
from planner.cli.common import Stop
from planner.languages import LANGUAGES
from tests.conftest import ROOT
from tests.test_templates import NAMES, init

AXE = ROOT / "tests" / "engines" / "node_modules" / "axe-core" / "axe.min.js"
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def found() -> str | None:
    try:
        return browser()
    except Stop:
        return None


BROWSER = found()
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no browser here: install chromium, or name one in $PLANNER_BROWSER"),
    pytest.mark.xdist_group("browser"),
]


def page(run_planner, tmp_path: Path, example: Path, audience: str = "everyone", today: str = "2027-01-13") -> str:
    (tmp_path / "agreement.toml").write_bytes(example.read_bytes())
    ran = run_planner("--today", today, "page", "--for", audience, "-o", "-")
    assert ran.exit_code == 0, ran.stderr
    return ran.stdout


def run_browser(tmp_path: Path, html: str, *options: str) -> subprocess.CompletedProcess[str]:
    assert BROWSER
    file = tmp_path / "shown.html"
    file.write_text(html, encoding="utf-8")
    return subprocess.run(
        [
            BROWSER,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=15000",
            *options,
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )


def axe_findings(tmp_path: Path, html: str, *options: str) -> list[str]:
    """What axe-core finds on the page, in the browser; the page forbids scripts, so that is lifted for this one."""
    assert AXE.exists(), "axe-core is not installed: run `make dev`"
    script = (
        f"<script>{AXE.read_text(encoding='utf-8')}</script><script>axe.run().then(r => {{"
        "const found = document.createElement('pre'); found.id = 'found';"
        "found.textContent = JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')));"
        "document.body.append(found)})</script></body>"
    )
    done = run_browser(tmp_path, POLICY.sub("", html).replace("</body>", script), *options)
    return said_in(done)


def said_in(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a script of ours has left on the page, as a list in JSON."""
    (said,) = re.findall(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    found: list[str] = json.loads(entities.unescape(said))
    return found


DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["1280,900", "500,900"], ids=["desktop", "phone"])
def test_axe_finds_nothing(run_planner, tmp_path, size, scheme):
    html = page(run_planner, tmp_path, EXAMPLES[0], "ana")
    assert axe_findings(tmp_path, html, f"--window-size={size}", scheme) == []


@pytest.mark.parametrize("example", EXAMPLES[1:], ids=lambda path: path.stem)
def test_axe_finds_nothing_on_other_pages_either(run_planner, tmp_path, example):
    html = page(run_planner, tmp_path, example, today="2027-02-03")
    assert axe_findings(tmp_path, html, "--window-size=500,900", DARK) == []
    assert heard(tmp_path, html) == []


def test_axe_would_find_something(run_planner, tmp_path):
    html = page(run_planner, tmp_path, EXAMPLES[0]).replace("--soft: #655d55", "--soft: #d8d0c8")
    assert [one.partition(":")[0] for one in axe_findings(tmp_path, html, LIGHT)] == ["color-contrast"]


WATCH = """<script>
const heard = [];
addEventListener('securitypolicyviolation', e => heard.push('forbidden: ' + e.blockedURI));
addEventListener('error', e => heard.push('error: ' + (e.message || e.target.src)), true);
for (const kind of ['error', 'warn', 'log']) console[kind] = text => heard.push(kind + ': ' + text);
addEventListener('load', () => {
  performance.getEntriesByType('resource').forEach(e => heard.push('asked for: ' + e.name));
  const found = document.createElement('pre'); found.id = 'found'; found.textContent = JSON.stringify(heard);
  document.body.append(found);
});
</script>"""


def heard(tmp_path: Path, html: str) -> list[str]:
    """What the page asks for, and what goes wrong in it; its own policy holds but for the script that listens."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert html.count(policy) == 1
    listening = html.replace(policy, f"{policy}; script-src 'unsafe-inline'").replace("<title>", f"{WATCH}<title>")
    return said_in(run_browser(tmp_path, listening))


def test_a_page_asks_for_nothing_and_nothing_goes_wrong_in_it(run_planner, tmp_path):
    html = page(run_planner, tmp_path, EXAMPLES[0])
    assert heard(tmp_path, html) == []
    broken = html.replace("</body>", '<img src="https://example.org/a.png" alt=""></body>')
    assert "forbidden: https://example.org/a.png" in heard(tmp_path, broken)


@pytest.mark.parametrize("size", ["1280,900", "800,900", "500,900"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_nothing_is_wider_than_the_window(run_planner, tmp_path, example, size):
    script = (
        "<script>const found = document.createElement('pre'); found.id = 'found';"
        "found.textContent = JSON.stringify([document.documentElement.scrollWidth - innerWidth]);"
        "document.body.append(found)</script></body>"
    )
    html = POLICY.sub("", page(run_planner, tmp_path, example)).replace("</body>", script)
    (excess,) = said_in(run_browser(tmp_path, html, f"--window-size={size}"))
    assert int(excess) <= 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_usual_month_is_one_sheet_of_a4(run_planner, tmp_path, example):
    (tmp_path / "agreement.toml").write_bytes(example.read_bytes())
    for today in ("2027-01-13", "2027-03-03", "2027-08-02"):
        ran = run_planner("--today", today, "page", "--pdf", "sheet.pdf")
        assert ran.exit_code == 0, ran.stderr
        data = (tmp_path / "sheet.pdf").read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1, today
        (box,) = {tuple(map(float, at.split())) for at in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data)}
        assert [round(n) for n in box] == [0, 0, 595, 842]
    assert ran.stdout == "sheet.pdf  updated\n"


@pytest.mark.parametrize(
    ("template", "audience", "language"),
    [("parenting", "ana", "es"), ("parenting", "ana", "fr"), ("gentle-start", "everyone", "fr")],
)
def test_the_fullest_months_shrink_to_one_sheet(run_planner, tmp_path, template, audience, language):
    assert run_planner(*init(template)).exit_code == 0
    with (tmp_path / "agreement.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[calendar]\nlanguage = "{language}"\n')
    ran = run_planner("--today", "2027-03-24", "page", "--for", audience, "--pdf", "sheet.pdf")
    assert ran.exit_code == 0, ran.stderr
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "sheet.pdf").read_bytes())) == 1


NARROW = """<script>
const svg = document.querySelector('svg'), box = svg.getBoundingClientRect(), found = document.createElement('pre');
const texts = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
const bars = [...svg.querySelectorAll(':scope > rect')].map(r => r.getBoundingClientRect());
const labels = [...svg.querySelectorAll('.label')].map(t => t.getBoundingClientRect().right);
found.id = 'found';
found.textContent = JSON.stringify([
  parseFloat(getComputedStyle(svg.querySelector('text')).fontSize),
  Math.max(...texts.map(t => t.right)) - box.right,
  Math.max(...labels) - Math.min(...bars.map(b => b.left)),
  Math.max(...texts.map(t => t.bottom), ...bars.map(b => b.bottom)) - box.bottom,
]);
document.body.append(found);
</script></body>"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_reads_on_a_phone(run_planner, tmp_path, language):
    example = tmp_path / "example.toml"
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    example.write_text(f'{text}\n[calendar]\nlanguage = "{language}"\n', encoding="utf-8")
    html = POLICY.sub("", page(run_planner, tmp_path, example, "ana")).replace("</body>", NARROW)
    html = html.replace("</head>", "<style>body { width: 360px }</style></head>")  # no window is as narrow
    letters, over, touching, below = map(float, said_in(run_browser(tmp_path, html, "--window-size=500,900")))
    assert letters >= 13
    assert over <= 0
    assert touching < 0
    assert below <= 0


@pytest.mark.parametrize("template", NAMES)
def test_a_month_of_each_template_is_one_sheet_too(run_planner, tmp_path, template):
    assert run_planner(*init(template)).exit_code == 0
    for today in ("2027-03-03", "2027-10-02"):
        ran = run_planner("--today", today, "page", "--pdf", "sheet.pdf")
        assert ran.exit_code == 0, ran.stderr
        assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "sheet.pdf").read_bytes())) == 1, today
