"""name=value as a shell hands it over: every key that holds a list is split at commas, and no other one is."""

from __future__ import annotations

from datetime import date

import pytest

from planner import keys
from planner.cli.assigning import assignments
from planner.keys import holds_list
from planner.names import Names
from planner.schema import agreement_schema

HEAD = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[seasons.summer]
starts = "1 july"
until = "31 august"
[seasons.winter]
starts = "1 december"
until = "28 february"
[shared_evenings.s]
on = "friday"
at = "19:00-22:00"
"""
SENTENCES = {"prompts", "add", "only"}


def tables():
    """(heading, key, its schema), for every key under every heading."""
    for name, schema in agreement_schema(Names())["properties"].items():
        inner = schema.get("items", schema)
        if isinstance(inner.get("additionalProperties"), dict) and "properties" not in inner:
            inner = inner["additionalProperties"]
        for key, of in inner.get("properties", {}).items():
            yield name, key, of


LISTS = sorted({(name, key) for name, key, of in tables() if "array" in of.get("type", ())})
OTHERS = sorted({key for _, key, of in tables() if "array" not in of.get("type", ())} - {k for _, k in LISTS})


def test_the_schema_knows_lists_in_many_tables():
    assert {"on", "not_in", "only_in", "quiet", "busy", "these", "yes", "skip"} <= {key for _, key in LISTS}
    assert {name for name, _ in LISTS} >= {*keys.RITUALS, "agreement", "people", "programs", "stays", "pairs"}


@pytest.mark.parametrize(("name", "key"), LISTS)
def test_each_key_that_holds_a_list_is_split_at_commas(name, key):
    said = assignments([f"{key}=one, two"])
    assert said == [((key,), "one, two" if key in SENTENCES else ["one", "two"])], name


@pytest.mark.parametrize("key", OTHERS)
def test_no_other_key_is(key):
    assert not holds_list(key)
    assert assignments([f"{key}=one, two"]) == [((key,), "one, two")]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("on=tuesday, then thursday", "tuesday, then thursday"),
        ("on=tuesday,then thursday", "tuesday, then thursday"),
        ("on=Tuesday , Then thursday, then friday", "Tuesday, Then thursday, then friday"),
        ("on=tuesday then thursday", "tuesday then thursday"),
        ("on=[tuesday, then thursday]", ["tuesday, then thursday"]),
        ("on=monday,thursday", ["monday", "thursday"]),
        ("on=monday,", ["monday"]),
        ("on=2027-02-01,2027-02-08", [date(2027, 2, 1), date(2027, 2, 8)]),
        ("where=Home, then out", "Home, then out"),
    ],
)
def test_a_comma_before_then_does_not_split(word, value):
    assert [v for _, v in assignments([word])] == [value]


def test_they_are_understood(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(HEAD, encoding="utf-8")
    done = run_planner("add", "rituals.x", "on=tuesday, then thursday", "at=20:00-21:00")
    assert done.exit_code == 0
    assert "in turn Tuesday, then Thursday" in done.stdout
    assert 'on = "tuesday, then thursday"' in file.read_text(encoding="utf-8")
    for key in ("not_in", "only_in"):
        done = run_planner("revise", "s", f"{key}=summer,winter")
        assert done.exit_code == 0, done.stderr
        assert f'{key} = ["summer", "winter"]' in file.read_text(encoding="utf-8")
        assert run_planner("revise", "s", f"{key}=").exit_code == 0
