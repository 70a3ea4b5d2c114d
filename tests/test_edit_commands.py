"""add, revise, skip, move, pause and resume as a person meets them: what they say, and what they leave in the file."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

import planner.cli.edits
from planner.files import write_whole

ROOT = Path(__file__).parent.parent
ANA = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
FOLLOW = "Calendars follow with `planner sync`, or `planner export`.\n"
MEND = (
    "planner: nothing was written, for with this change there would be something to mend "
    "(the places are those in the changed text):\n"
)
HEAD = """\
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people]
ana.name = "Ana"
ben = { name = "Ben" }
"""


@pytest.fixture
def edit(run_planner, tmp_path):
    """Runs a command, as on 1 February 2027, on a file that holds `text`: what it said, and the lines it changed."""

    def run(*args, text=ANA, **more):
        file = tmp_path / "agreement.toml"
        raw = text if isinstance(text, bytes) else text.encode()
        file.write_bytes(raw)
        done = run_planner("--today", "2027-02-01", *args, **more)
        old, new = (b.decode("utf-8-sig").splitlines() for b in (raw, file.read_bytes()))
        diff = [f"{line[0]} {line[1:]}" for line in difflib.unified_diff(old, new, n=0, lineterm="")][2:]
        diff = [line for line in diff if line[0] != "@"]
        if done.exit_code:
            assert done.stdout == ""
            assert file.read_bytes() == raw
            assert done.stderr
        else:
            assert done.stderr == ""
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
        return done.exit_code, done.stdout + done.stderr, diff

    return run


# ── what is said and written, command by command ──


def test_skip(edit):
    assert edit("skip", "pottery", "2027-02-24") == (
        0,
        '"Pottery class" is left out on Wednesday 24 February 2027.\n' + FOLLOW,
        ["- skip   = [2027-02-17]", "+ skip   = [2027-02-17, 2027-02-24]"],
    )


def test_skip_of_several_dates_writes_them_in_order(edit):
    assert edit("skip", "me_blocks.writing", "2027-02-18", "2027-02-16", "2027-02-18") == (
        0,
        '"Writing" is left out on Tuesday 16 February 2027 and Thursday 18 February 2027.\n' + FOLLOW,
        ["+ skip = [2027-02-16, 2027-02-18]"],
    )


def test_skip_of_a_date_that_is_left_out_already_writes_nothing(edit):
    said = '"Pottery class" is left out on Wednesday 17 February 2027 already.\n'
    assert edit("skip", "pottery", "2027-02-17") == (0, said, [])


def test_skip_where_the_date_was_changed(edit):
    text = ANA.replace("skip   = [2027-02-17]", 'changes = [{ on = 2027-02-17, at = "19:00" }]')
    assert edit("skip", "pottery", "2027-02-17", text=text)[1] == (
        '"Pottery class" is left out on Wednesday 17 February 2027.\n'
        "What `changes` says of Wednesday 17 February 2027 counts no longer.\n" + FOLLOW
    )


def test_a_single_date_becomes_a_list(edit):
    text = ANA.replace("skip   = [2027-02-17]", "skip   = 2027-02-17 # away")
    _, _, diff = edit("skip", "pottery", "2027-02-24", text=text)
    assert diff == ["- skip   = 2027-02-17 # away", "+ skip   = [2027-02-17, 2027-02-24] # away"]


def test_what_belongs_together_is_named(edit):
    text = ANA + '\n[[pairs]]\nthese = ["me_blocks.pottery", "shared_evenings.friday"]\n'
    for command in (["skip", "friday", "2027-02-12"], ["move", "friday", "2027-02-12", "--to", "2027-02-13"]):
        assert 'It belongs together with "Pottery class": does that change too?\n' in edit(*command, text=text)[1]


def test_move_to_another_day(edit):
    assert edit("move", "pottery", "2027-02-24", "--to", "2027-02-25") == (
        0,
        '"Pottery class" moves from Wednesday 24 February 2027 to Thursday 25 February 2027.\n' + FOLLOW,
        ["+ changes = [{ on = 2027-02-24, moved_to = 2027-02-25 }]"],
    )


def test_move_to_another_day_and_time_says_until_when(edit):
    assert edit("move", "pottery", "2027-02-24", "--to", "2027-02-25", "--at", "18:00") == (
        0,
        '"Pottery class" moves from Wednesday 24 February 2027 to Thursday 25 February 2027, from 18:00 to 20:30.\n'
        + FOLLOW,
        ['+ changes = [{ on = 2027-02-24, moved_to = 2027-02-25, at = "18:00" }]'],
    )


def test_move_to_another_time_alone(edit):
    assert edit("move", "pottery", "2027-02-24", "--at", "20:00-22:00") == (
        0,
        '"Pottery class" on Wednesday 24 February 2027 is now from 20:00 to 22:00.\n' + FOLLOW,
        ['+ changes = [{ on = 2027-02-24, at = "20:00-22:00" }]'],
    )


MOVED = (
    HEAD
    + """
[rituals.walk]
on = "sunday"
at = "10:00-11:00"
[[rituals.walk.changes]]
on = 2027-02-07 # a visit
moved_to = 2027-02-06
for = "2h"
note = "Bring cake"
"""
)


def test_move_of_what_was_moved_before(edit):
    assert edit("move", "walk", "2027-02-07", "--to", "2027-02-08", text=MOVED) == (
        0,
        '"Walk" moves from Saturday 6 February 2027 to Monday 8 February 2027, from 10:00 to 12:00.\n' + FOLLOW,
        ["- moved_to = 2027-02-06", "+ moved_to = 2027-02-08"],
    )


def test_a_time_alone_leaves_the_day_that_it_has_and_an_end_takes_the_place_of_a_length(edit):
    assert edit("move", "walk", "2027-02-07", "--at", "12:00-12:30", text=MOVED) == (
        0,
        '"Walk" on Saturday 6 February 2027 is now at 12:00 for 30 minutes.\n' + FOLLOW,
        ['- for = "2h"', '+ at = "12:00-12:30"'],
    )


def test_a_move_is_taken_back_by_naming_its_own_day(edit):
    assert edit("move", "walk", "2027-02-07", "--to", "2027-02-07", text=MOVED)[1:] == (
        '"Walk" moves from Saturday 6 February 2027 to Sunday 7 February 2027, from 10:00 to 12:00.\n' + FOLLOW,
        ["- moved_to = 2027-02-06"],
    )
    text = MOVED.replace('for = "2h"\nnote = "Bring cake"\n', "")
    assert edit("move", "walk", "2027-02-07", "--to", "2027-02-07", text=text)[1:] == (
        '"Walk" is on Sunday 7 February 2027 again, from 10:00 to 11:00.\n' + FOLLOW,
        ["- [[rituals.walk.changes]]", "- on = 2027-02-07 # a visit", "- moved_to = 2027-02-06"],
    )


def test_a_move_that_stands_already_writes_nothing(edit):
    said = '"Walk" is on Saturday 6 February 2027 already, from 10:00 to 12:00.\n'
    assert edit("move", "walk", "2027-02-07", "--to", "2027-02-06", text=MOVED) == (0, said, [])


def test_a_move_onto_another_and_out_of_a_pause_are_said(edit):
    assert (
        "There is one on Wednesday 3 March 2027 already; now there are two.\n"
        in (edit("move", "pottery", "2027-02-24", "--to", "2027-03-03")[1])
    )
    assert "There is one" not in edit("move", "pottery", "2027-02-24", "--to", "2027-02-17")[1]  # that one is skipped
    assert (
        "A pause rests it on Wednesday 10 March 2027; moved like this it takes place all the same.\n"
        in edit("move", "pottery", "2027-03-10", "--to", "2027-03-11")[1]
    )


def test_pause_of_everything(edit):
    assert edit("pause", "--all", "--until", "2027-02-10") == (
        0,
        "Everything rests from Monday 1 to Wednesday 10 February 2027.\n" + FOLLOW,
        ["+ ", "+ [[pauses]]", "+ starts = 2027-02-01", "+ until  = 2027-02-10"],
    )


def test_pause_of_some_with_a_note(edit):
    assert edit(
        "pause", "pottery", "shared_evenings", "me_blocks.pottery", "--until", "2027-02-01", "--note", "Flu"
    ) == (
        0,
        '"Pottery class" and all shared evenings rest on Monday 1 February 2027.\n' + FOLLOW,
        [
            "+ ",
            "+ [[pauses]]",
            "+ starts = 2027-02-01",
            "+ until  = 2027-02-01",
            '+ only   = ["me_blocks.pottery", "shared_evenings"]',
            '+ note   = "Flu"',
        ],
    )


def test_pause_for_a_person_by_name(edit):
    assert edit("pause", "--all", "--who", "Ana", "--from", "2027-12-30", "--until", "2028-01-02")[1:] == (
        "Everything Ana takes part in rests from Thursday 30 December 2027 to Sunday 2 January 2028.\n" + FOLLOW,
        ["+ ", "+ [[pauses]]", "+ starts = 2027-12-30", "+ until  = 2028-01-02", '+ who    = "ana"'],
    )
    said = edit("pause", "me_blocks", "pottery", "--who", "ana", "--until", "2027-02-03")[1]
    assert said == "All me-blocks (where Ana takes part) rest from Monday 1 to Wednesday 3 February 2027.\n" + FOLLOW


def test_pause_beside_another(edit):
    said = "Everything rests from Monday 8 to Sunday 14 March 2027 already.\n"
    assert edit("pause", "--all", "--from", "2027-03-10", "--until", "2027-03-12") == (0, said, [])
    _, said, diff = edit("pause", "pottery", "--from", "2027-03-10", "--until", "2027-03-18")
    assert said == (
        '"Pottery class" rests from Wednesday 10 to Thursday 18 March 2027.\n'
        "This adds to the pause from Monday 8 to Sunday 14 March 2027.\n" + FOLLOW
    )
    assert len(diff) == 5
    other = ["pause", "writing", "--from", "2027-03-10", "--until", "2027-03-12"]
    for line in ('only   = "me_blocks.pottery"', 'only   = ["me_blocks.pottery", "reviews"]', 'who    = "ana"'):
        text = ANA.replace('note   = "Ski week"', line)
        assert edit(*other, text=text)[1] == '"Writing" rests from Wednesday 10 to Friday 12 March 2027.\n' + FOLLOW
    for line in ('only   = "me_blocks"', 'only   = ["me_blocks.writing", "reviews"]', 'note   = "Rest"'):
        text = ANA.replace('note   = "Ski week"', line)
        assert edit(*other, text=text) == (0, '"Writing" rests from Monday 8 to Sunday 14 March 2027 already.\n', [])
    text = ANA.replace('note   = "Ski week"', 'who    = ["ana", "ben"]')
    assert "already" in edit("pause", "--all", "--who", "ben", *other[2:], text=text)[1]


def test_resume_of_a_pause_that_has_not_begun_takes_it_out(edit):
    assert edit("resume", "--all") == (
        0,
        "The pause from Monday 8 to Sunday 14 March 2027 is taken out: everything goes on.\n" + FOLLOW,
        [
            "- [[pauses]]",
            "- starts = 2027-03-08",
            "- until  = 2027-03-14                 # `until` is always the last day included",
            '- note   = "Ski week"',
        ],
    )


def test_resume_of_a_pause_that_has_begun_ends_it_the_day_before(edit):
    assert edit("resume", "--all", "--from", "2027-03-10") == (
        0,
        "Everything goes on from Wednesday 10 March 2027; the pause is now from Monday 8 to Tuesday 9 March 2027.\n"
        + FOLLOW,
        [
            "- until  = 2027-03-14                 # `until` is always the last day included",
            "+ until  = 2027-03-09                 # `until` is always the last day included",
        ],
    )


def test_resume_on_the_last_day_and_on_the_first(edit):
    assert edit("resume", "--all", "--from", "2027-03-14")[1] == (
        "Everything goes on from Sunday 14 March 2027; the pause is now from Monday 8 to Saturday 13 March 2027.\n"
        + FOLLOW
    )
    assert edit("resume", "--all", "--from", "2027-03-09")[1] == (
        "Everything goes on from Tuesday 9 March 2027; the pause is now on Monday 8 March 2027.\n" + FOLLOW
    )
    assert "is taken out" in edit("resume", "--all", "--from", "2027-03-08")[1]
    assert edit("resume", "--all", "--from", "2027-03-15")[0] == 2


def test_resume_of_one_ritual_lets_the_others_rest(edit):
    assert edit("resume", "pottery", "--from", "2027-03-10") == (
        0,
        '"Pottery class" goes on from Wednesday 10 March 2027; what else rests does so until Sunday 14 March 2027.\n'
        + FOLLOW,
        [
            "- until  = 2027-03-14                 # `until` is always the last day included",
            "+ until  = 2027-03-09                 # `until` is always the last day included",
            "+ ",
            "+ [[pauses]]",
            "+ starts = 2027-03-10",
            "+ until  = 2027-03-14",
            '+ only   = ["me_blocks.writing", "shared_evenings", "check_ins", "host_nights", "reviews"]',
            '+ note   = "Ski week"',
        ],
    )
    assert edit("resume", "pottery", "check_ins")[1:] == (
        'The pause from Monday 8 to Sunday 14 March 2027 no longer rests "Pottery class" and all check-ins.\n' + FOLLOW,
        ['+ only   = ["me_blocks.writing", "shared_evenings", "host_nights", "reviews"]'],
    )


PAUSED = ANA.replace(
    'note   = "Ski week"\n',
    """\
only   = [
    "me_blocks.pottery", # hers
    "me_blocks.writing", # his
]

[[pauses]]
starts = 2027-01-25
until = 2027-02-20
only = "me_blocks"

[[pauses]]
starts = 2027-05-01
until = 2027-05-09
who = "ana"
""",
)


def test_resume_ends_the_pause_that_lasts_now_and_names_the_later_ones(edit):
    assert edit("resume", "writing", text=PAUSED) == (
        0,
        "The pause from Monday 8 to Sunday 14 March 2027 stays.\n"
        '"Writing" goes on from Monday 1 February 2027; what else rests does so until Saturday 20 February 2027.\n'
        + FOLLOW,
        [
            "- until = 2027-02-20",
            "+ until = 2027-01-31",
            "+ ",
            "+ [[pauses]]",
            "+ starts = 2027-02-01",
            "+ until  = 2027-02-20",
            '+ only   = ["me_blocks.pottery"]',
        ],
    )


def test_resume_of_the_next_pause_keeps_the_remarks_of_the_rest(edit):
    assert edit("resume", "pottery", "--from", "2027-02-21", text=PAUSED) == (
        0,
        'The pause from Monday 8 to Sunday 14 March 2027 no longer rests "Pottery class".\n'
        "The pause from Saturday 1 to Sunday 9 May 2027 stays.\n" + FOLLOW,
        ['-     "me_blocks.pottery", # hers'],
    )


def test_resume_of_several_in_a_list_leaves_the_others_in_it(edit):
    text = ANA.replace(
        'note   = "Ski week"',
        'only   = ["me_blocks.pottery", "me_blocks.writing", "reviews", "shared_evenings.friday"]',
    )
    assert edit("resume", "pottery", "writing", "friday", text=text)[1:] == (
        "The pause from Monday 8 to Sunday 14 March 2027 no longer rests "
        '"Pottery class", "Writing" and "Cook together".\n' + FOLLOW,
        [
            '- only   = ["me_blocks.pottery", "me_blocks.writing", "reviews", "shared_evenings.friday"]',
            '+ only   = ["reviews"]',
        ],
    )


def test_resume_of_a_persons_pause(edit):
    assert edit("resume", "friday", "--from", "2027-05-05", text=PAUSED)[1] == (
        '"Cook together" goes on from Wednesday 5 May 2027; what else rests does so until Sunday 9 May 2027.\n' + FOLLOW
    )
    assert edit("resume", "--all", "--from", "2027-04-01", text=PAUSED)[1] == (
        "The pause from Saturday 1 to Sunday 9 May 2027 is taken out: everything Ana takes part in goes on.\n" + FOLLOW
    )
    assert edit("resume", "writing", "--from", "2027-04-01", text=PAUSED)[:2] == (  # Ben's alone
        2,
        'planner: no pause rests "Writing" on Thursday 1 April 2027 or later; everything Ana takes part in rests from '
        "Saturday 1 to Sunday 9 May 2027\n",
    )


def test_the_last_pause_of_a_list_takes_the_list_with_it(edit):
    text = 'pauses = [{ starts = 2027-03-08, until = 2027-03-14, only = "rituals.walk" }]\n' + MOVED
    _, said, diff = edit("resume", "walk", text=text)
    assert said.startswith('The pause from Monday 8 to Sunday 14 March 2027 is taken out: "Walk" goes on.\n')
    assert diff == ['- pauses = [{ starts = 2027-03-08, until = 2027-03-14, only = "rituals.walk" }]']


def test_revise_of_days_and_times_is_one_sentence(edit):
    assert edit("revise", "pottery", "on=thursday", "at=19:00-21:30", "skip=") == (
        0,
        '"Pottery class" is now every Thursday from 19:00 to 21:30 (before: every Wednesday from 18:30 to 21:00).\n'
        '"Pottery class" no longer has `skip` (before: Wednesday 17 February 2027).\n' + FOLLOW,
        [
            '- on     = "wednesday"',
            '- at     = "18:30-21:00"',
            '+ on     = "thursday"',
            '+ at     = "19:00-21:30"',
            "- skip   = [2027-02-17]",
        ],
    )


@pytest.mark.parametrize(
    ("key", "words", "said", "added"),
    [
        ("pottery", ["title=Clay, wet"], '"Pottery class" is now called "Clay, wet".', ['title  = "Clay, wet"']),
        ("pottery", ["title="], '"Pottery class" is now called "Pottery".', []),
        ("pottery", ["title=plan.toml"], '"Pottery class" is now called "plan.toml".', ['title  = "plan.toml"']),
        (
            "pottery",
            ["where=Studio, 2nd floor"],
            'The place of "Pottery class" is now "Studio, 2nd floor" (before: "Atelier Nord").',
            ['where  = "Studio, 2nd floor"'],
        ),
        (
            "pottery",
            ['notes="a"\nx = "b"'],
            'The notes of "Pottery class" are now ""a" x = "b"".',
            ['notes  = "\\"a\\"\\nx = \\"b\\""'],
        ),
        ("pottery", ["where="], '"Pottery class" no longer has `where` (before: "Atelier Nord").', []),
        (
            "pottery",
            ["where=2027-01-01"],
            'The place of "Pottery class" is now "2027-01-01"',
            ['where  = "2027-01-01"'],
        ),
        (
            "pottery",
            ["check_in.after=20m"],
            '`check_in.after` of "Pottery class" is now "20m".',
            ['check_in = { after = "20m" }'],
        ),
        (
            "writing",
            ["for=", "ladder.steps=30m,45m", "ladder.each=2 weeks", "ladder.step=2"],
            '"Writing" is now every Tuesday and Thursday at 07:00 '
            "(before: every Tuesday and Thursday at 07:00 for 50 minutes).\n"
            '"Writing" now lasts 45 minutes, step 2 of 2.\n',
            ['ladder = { steps = ["30m", "45m"], each = "2 weeks", step = 2 }'],
        ),
        (
            "salon",
            ["on=second saturday,last saturday"],
            '"Salon" is now on the second and last Saturday of the month from 19:30 to 22:30 '
            "(before: on the second and fourth Saturday of the month from 19:30 to 22:30).",
            ['on    = ["second saturday", "last saturday"]'],
        ),
        (
            "salon",
            ["hosts=ben,ana"],
            '"Salon" is now hosted in turns by Ben and Ana (before: Ana and Ben).',
            ['hosts = ["ben", "ana"]              # take turns, Ana first'],
        ),
        ("salon", ["who=turn"], '"Salon" is now for whoever\'s turn it is.', ['who   = "turn"']),
        ("friday", ["who=[ana,ben]"], '"Cook together" is now for Ana and Ben.', ['who     = ["ana", "ben"]']),
        (
            "friday",
            ['prompts=["How, and why?", "What now?"]'],
            '`prompts` of "Cook together" is now "How, and why?" and "What now?" (before:',
            ['prompts = ["How, and why?", "What now?"]'],
        ),
        ("friday", ["prompts=How, and why?"], "`prompts`", ['prompts = "How, and why?"']),
        (
            "people.ben",
            ["timezone=Europe/Madrid", "name=Benjamin"],
            'Ben is now called "Benjamin".\n'
            'The time zone of Benjamin is now "Europe/Madrid" (before: "Europe/Lisbon").',
            ['name     = "Benjamin"', 'timezone = "Europe/Madrid"          # optional: for rituals that are his alone'],
        ),
        ("agreement", ["title=Us two"], 'The agreement is now called "Us two".', ['title    = "Us two"']),
        (
            "agreement",
            ["until=2027-12-31"],
            "The last day of the agreement is now Friday 31 December 2027.",
            ["until    = 2027-12-31"],
        ),
        ("calendar", ["share=busy"], '`share` of [calendar] is now "busy".', ["", "[calendar]", 'share = "busy"']),
        (
            "calendar.colors",
            ["ana=teal"],
            '`ana` of [calendar.colors] is now "teal".',
            ["", "[calendar.colors]", 'ana = "teal"'],
        ),
        ("midweek", ["if_needed=true"], '`if_needed` of "Midweek" is now true.', ["if_needed = true"]),
        ("midweek", ["remind=1d, 30m"], '`remind` of "Midweek" is now "1d" and "30m".', ['remind = ["1d", "30m"]']),
        ("midweek", ["by='voice note'"], '`by` of "Midweek" is now "voice note" (before: "text").', None),
        ("midweek", ["on=", "at=", 'at={ tuesday = "12:00" }'], '"Midweek" is now every Tuesday at 12:00', None),
        ("midweek", ["on=", "at=", "at.tuesday=12:00", "at.friday=13:00"], '"Midweek" is now every Tuesday at', None),
    ],
)
def test_revise_of_one_thing(key, words, said, added, edit):
    code, out, diff = edit("revise", key, *words)
    assert code == 0
    assert out.startswith(said)
    assert out.endswith(FOLLOW)
    if added is not None:
        assert [line[2:] for line in diff if line.startswith("+ ")] == added
        assert len(diff) <= 2 * len(words) + 2


def test_revise_to_what_it_is_already_writes_nothing(edit):
    assert edit("revise", "pottery", "on=wednesday", "skip=[2027-02-17]") == (
        0,
        '`on` of "Pottery class" is "wednesday" already.\n'
        '`skip` of "Pottery class" is Wednesday 17 February 2027 already.\n',
        [],
    )


def test_revise_of_one_of_several(edit):
    assert edit("revise", "walk", "changes[1].at=12:00", text=MOVED)[2] == ['+ at = "12:00"']
    assert edit("revise", "walk", "changes.for=1h", text=MOVED)[2] == ['- for = "2h"', '+ for = "1h"']
    code, said, _ = edit("revise", "walk", "changes[2].at=12:00", text=MOVED)
    assert (code, said) == (2, "planner: rituals.walk.changes has no number 2\n")
    text = MOVED + '[[rituals.walk.changes]]\non = 2027-02-14\nat = "9:00"\n'
    code, said, _ = edit("revise", "walk", "changes.at=12:00", text=text)
    assert (code, said) == (2, "planner: changes is a list; say which one is meant, such as changes[1].at=…\n")


def test_add(edit):
    assert edit("add", "me_blocks.run", "who=ana", "on=saturday", "at=8:00-9:00", "title=Morning run") == (
        0,
        '"Morning run" is new: every Saturday from 08:00 to 09:00, for Ana.\n' + FOLLOW,
        [
            "+ ",
            "+ [me_blocks.run]",
            '+ who   = "ana"',
            '+ on    = "saturday"',
            '+ at    = "8:00-9:00"',
            '+ title = "Morning run"',
        ],
    )


def test_add_of_the_first_in_its_table_stands_below_the_last_ritual(edit, tmp_path):
    code, said, diff = edit("add", "rituals.walk", "on=sunday", "at=10:00", "for=1h", "check=")
    assert (code, said) == (2, "planner: check has no value; write one, or leave it out\n")
    _, said, diff = edit("add", "rituals.walk", "at.sunday=10:00-11:00", "at.monday=7:00-7:30")
    assert said.startswith('"Walk" is new: every Sunday from 10:00 to 11:00 and every Monday at 07:00 for 30 minutes')
    assert '+ at = { sunday = "10:00-11:00", monday = "7:00-7:30" }' in diff
    text = (tmp_path / "agreement.toml").read_text(encoding="utf-8")
    assert text.index("[reviews.monthly]") < text.index("[rituals.walk]") < text.index("# ── A pause")


# ── what cannot be done ──


def test_add_where_a_key_is_missing_has_the_readers_own_words(edit):
    assert edit("add", "me_blocks.run", "who=ana")[:2] == (
        1,
        MEND + "agreement.toml:30:12: error: me_blocks.run: `on` is missing; say which day: "
        'on = "friday", or "first friday", or a date\n'
        "agreement.toml:30:12: error: me_blocks.run: `at` is missing; say when: "
        'at = "18:30-21:00", or at = "all day"\n',
    )


def test_dates_that_no_longer_fit_are_said_with_a_way_out(edit):
    assert edit("revise", "pottery", "on=thursday")[:2] == (
        1,
        MEND + "agreement.toml:22:11: error: me_blocks.pottery.skip: nothing happens on Wednesday 17 February 2027; "
        "its nearest dates are 2027-02-11 and 2027-02-18\n"
        "planner: where such dates are over and done with, skip= takes them out\n",
    )


@pytest.mark.parametrize(
    ("code", "args", "said"),
    [
        (2, ["skip", "potery", "2027-02-24"], 'no ritual "potery"; did you mean "me_blocks.pottery"?'),
        (2, ["skip", "pottery class", "2027-02-24"], 'no ritual "pottery class"; did you mean "me_blocks.pottery"?'),
        (2, ["skip", "tango", "2027-02-24"], 'no ritual "tango"; there are "me_blocks.pottery", "me_blocks.writing", '),
        (2, ["skip", "pottery"], "say which date is left out, such as: planner skip pottery 2027-02-17"),
        (2, ["skip", "pottery", "24.2."], '"24.2." is no date; write it like 2027-01-04'),
        (
            2,
            ["skip", "writing", "2027-02-17"],
            '"Writing" is not on Wednesday 17 February 2027 by its rule; its nearest dates are 2027-02-16',
        ),
        (
            3,
            ["move", "pottery", "2027-02-17", "--to", "2027-02-18"],
            '"Pottery class" is left out on Wednesday 17 February 2027; '
            "`planner skip me_blocks.pottery 2027-02-17 --undo` takes it back in",
        ),
        (
            2,
            ["skip", "pottery", "2027-02-24", "--undo"],
            '"Pottery class" is not left out on Wednesday 24 February 2027, but on Wednesday 17 February 2027',
        ),
        (2, ["skip", "friday", "2027-01-15", "--undo"], "is not left out on Friday 15 January 2027\n"),
        (2, ["move", "pottery", "2027-02-24"], "say where it moves: --to DATE, or --at TIME, or both"),
        (
            2,
            ["move", "pottery", "2027-02-24", "--to", "2027-02-24"],
            '"Pottery class" is on Wednesday 24 February 2027 already; give another day, or another time with --at',
        ),
        (2, ["move", "pottery", "2027-02-24", "--at", "25:00"], '--at: no time "25:00"; '),
        (1, ["move", "pottery", "2027-02-24", "--at", "all day"], "this ritual has a time of day; a change keeps one"),
        (
            2,
            ["move", "pottery", "2027-02-24", "a.toml", "-f", "b.toml", "--at", "9:00"],
            "a.toml and -f b.toml say two",
        ),
        (2, ["pause", "pottery"], "say how long: --until DATE, the last day of the pause"),
        (
            2,
            ["pause", "--until", "2027-02-10"],
            "say what rests: the KEY of a ritual, a table such as me_blocks, or --all",
        ),
        (2, ["pause", "--all", "pottery", "--until", "2027-02-10"], "--all and pottery say two things; give one"),
        (2, ["pause", "--all", "--until", "2027-01-10"], "--until 2027-01-10 lies before the first day, 2027-02-01"),
        (
            2,
            ["pause", "--all", "--from", "2026-03-08", "--until", "2026-03-14"],
            "the agreement starts on Monday 4 January 2027; a pause before that rests nothing",
        ),
        (2, ["pause", "--all", "--who", "anna", "--until", "2027-02-10"], 'no person "anna"; did you mean "ana"?'),
        (
            2,
            ["pause", "ana", "--until", "2027-02-10"],
            '"ana" is a person; write --all --who ana to rest what they take',
        ),
        (
            2,
            ["pause", "pottery", "--who", "ben", "--until", "2027-02-10"],
            'Ben takes no part in "Pottery class"; leave',
        ),
        (2, ["pause", "potery", "--until", "2027-02-10"], 'did you mean "me_blocks.pottery"?'),
        (2, ["resume"], "say what goes on: the KEY of a ritual, a table such as me_blocks, or --all"),
        (2, ["resume", "--all", "--from", "2027-04-01"], "nothing rests on Thursday 1 April 2027 or later"),
        (2, ["revise", "pottery"], "say what changes, such as: planner revise pottery at=19:00-21:30"),
        (2, ["revise", "pottery", "where"], '"where" is not of the form name=value, such as at=19:00-21:30'),
        (2, ["revise", "pottery", "=x"], '"=x" is not of the form name=value'),
        (
            2,
            ["revise", "pottery", "notes="],
            "me_blocks.pottery.notes is not in the file, so there is nothing to take out",
        ),
        (2, ["revise", "pottery", "until=2027-02-30"], "until: there is no such date as 2027-02-30"),
        (
            2,
            ["revise", "pottery", "at.tuesday=9:00"],
            'at is "18:30-21:00", which has no parts; to change that: at= at.tuesday=…',
        ),
        (
            2,
            ["revise", "pottery", "at={tuesday=9:00}"],
            "at={tuesday=9:00} cannot be read (the shell takes quotes away",
        ),
        (2, ["revise", "ben", "timezone=Europe/Madrid"], 'nothing here is called "ben"; did you mean "people.ben"?'),
        (2, ["revise", "people.cleo", "name=Cleo"], "there is no [people.cleo] yet; write it into the file by hand"),
        (2, ["revise", "potery", "at=9:00"], 'nothing here is called "potery"; did you mean "me_blocks.pottery"?'),
        (3, ["revise", "agreement", "id=other"], "the id never changes, for calendars know their entries by it; "),
        (1, ["revise", "pottery", "color=teal"], 'agreement.toml:23:1: error: me_blocks.pottery.color: no key "color"'),
        (1, ["revise", "pottery", "for=45m"], "`at` says when it ends already; keep its end or `for`, not both"),
        (2, ["add", "me_blocks.run"], "say what it is, such as: planner add me_blocks.run on=friday at=19:00-21:00"),
        (
            2,
            ["add", "run", "on=friday"],
            '"run" is half a key; write TABLE.KEY, such as rituals.walk, with one of me_bl',
        ),
        (2, ["add", "me_block.run", "on=friday"], 'rituals have no table "me_block"; did you mean "me_blocks.run"?'),
        (2, ["add", "peonies.cleo", "name=C"], 'rituals have no table "peonies"; there are me_blocks, shared_evenings'),
        (2, ["add", "people.cleo", "name=C"], "[people.cleo] is written into the file by hand, with a name"),
        (2, ["add", "seasons.winter", "starts=x"], "[seasons.winter] is written into the file by hand, with both ends"),
        (2, ["add", "pairs"], "`planner add` writes rituals and programmes; [[pairs]] is written into the file by han"),
        (2, ["add", "programs.x"], "planner add programs.x template=four-weeks starts="),
        (2, ["add", "run"], '"run" is half a key; write TABLE.KEY'),
        (2, ["add", "me_blocks.a.b", "on=friday"], '"a.b" is no key: it has no dot inside; write "me_blocks.a-b"'),
        (2, ["add", "me_blocks.a", "at=9:00", "at.friday=9:00"], "at.friday does not go with what stands before it"),
        (1, ["add", "me_blocks.Run", "who=ana", "on=friday", "at=9:00-10:00"], '"Run" is no key'),
        (
            3,
            ["add", "me_blocks.pottery", "on=friday"],
            'me_blocks.pottery is there already, "Pottery class"; `planner revise` changes it, a new ritual needs',
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(code, args, said, edit):
    found, out, diff = edit(*args)
    assert found == code
    assert said in out
    assert diff == []


def test_what_is_left_out_can_be_taken_back(edit):
    code, said, diff = edit("skip", "pottery", "2027-02-17", "--undo")
    assert (code, diff) == (0, ["- skip   = [2027-02-17]"])
    assert said.startswith('"Pottery class" is on Wednesday 17 February 2027 again.\n')


def test_a_date_that_something_was_moved_to_is_named_by_its_own(edit):
    code, said, _ = edit("skip", "walk", "2027-02-06", text=MOVED)
    assert code == 2
    assert said == 'planner: "Walk" on Saturday 6 February 2027 is the one of 2027-02-07, moved; name it by that date\n'


def test_a_key_that_several_rituals_have_is_asked_for_whole(edit):
    text = MOVED + '[me_blocks.walk]\nwho = "ana"\non = "monday"\nat = "9:00-10:00"\n'
    code, said, _ = edit("skip", "walk", "2027-02-14", text=text)
    assert (code, said) == (2, 'planner: "walk" is the key of 2 rituals; write rituals.walk or me_blocks.walk\n')
    assert edit("skip", "rituals.walk", "2027-02-14", text=text)[0] == 0


def test_an_agreement_with_problems_is_mended_first(edit):
    code, said, _ = edit("skip", "pottery", "2027-02-24", text=ANA.replace('"wednesday"', '"wensday"'))
    assert code == 1
    assert said.startswith('agreement.toml:17:10: error: me_blocks.pottery.on: no day "wensday"')


# ── layouts ──


def test_rituals_in_brackets_and_dotted_keys(edit):
    text = HEAD.replace("[agreement]", 'rituals.walk = { on = "sunday", at = "10:00-11:00" } # ours\n[agreement]', 1)
    assert edit("skip", "walk", "2027-02-07", text=text)[2] == [
        '- rituals.walk = { on = "sunday", at = "10:00-11:00" } # ours',
        '+ rituals.walk = { on = "sunday", at = "10:00-11:00", skip = [2027-02-07] } # ours',
    ]
    assert edit("revise", "ben", "x=y", text=text)[0] == 2
    assert edit("revise", "people.ben", "timezone=Europe/Lisbon", text=text)[2] == [
        '- ben = { name = "Ben" }',
        '+ ben = { name = "Ben", timezone = "Europe/Lisbon" }',
    ]
    assert edit("revise", "people.ana", "color=teal", text=text)[2] == ['+ ana.color = "teal"']


@pytest.mark.parametrize(
    "changes", ['changes = { on = 2027-02-07, at = "11:00" }', 'changes.on = 2027-02-07\nchanges.at = "11:00"']
)
def test_a_single_change(changes, edit):
    text = f'{HEAD}[rituals.walk]\non = "sunday"\nat = "10:00-11:00"\n{changes}\n'
    assert edit("move", "walk", "2027-02-07", "--at", "12:00", text=text)[0] == 0
    code, said, diff = edit("move", "walk", "2027-02-14", "--at", "12:00", text=text)
    if "{" in changes:
        assert diff == [
            f"- {changes}",
            '+ changes = [{ on = 2027-02-07, at = "11:00" }, { on = 2027-02-14, at = "12:00" }]',
        ]
    else:
        assert code == 3
        assert said == (
            "planner: [rituals.walk.changes] holds a single one; with two brackets, [[rituals.walk.changes]], "
            "there can be several\n"
        )


def test_line_ends_and_a_mark_at_the_start_stay(edit, tmp_path):
    raw = b"\xef\xbb\xbf" + ANA.replace("\n", "\r\n").encode().removesuffix(b"\r\n")
    assert edit("pause", "--all", "--until", "2027-02-03", text=raw)[0] == 0
    assert (tmp_path / "agreement.toml").read_bytes() == (
        raw + b"\r\n\r\n[[pauses]]\r\nstarts = 2027-02-01\r\nuntil  = 2027-02-03\r\n"
    )


# ── files ──


def test_the_file_comes_last_or_with_f_or_from_the_variable(run_planner, tmp_path):
    file = tmp_path / "ours & theirs.toml"
    for args, env, named in (
        ([file.name], {}, " 'ours & theirs.toml'"),
        (["-f", file.name], {}, " 'ours & theirs.toml'"),
        ([], {"PLANNER_AGREEMENT": file.name}, ""),
        ([file.name], {"PLANNER_AGREEMENT": "nowhere.toml"}, " 'ours & theirs.toml'"),
        ([file.name], {"PLANNER_AGREEMENT": file.name}, ""),
    ):
        for command in (
            ["skip", "pottery", "2027-02-24"],
            ["move", "pottery", "2027-02-24", "--at", "9:00"],
            ["revise", "pottery", "where=Here"],
            ["add", "rituals.x", "on=friday", "at=9:00-9:30"],
            ["pause", "pottery", "--until", "2027-03-01"],
            ["resume", "pottery", "--from", "2027-03-09"],
            ["pause", "--all", "--until", "2027-03-01"],
            ["resume", "--all"],
        ):
            file.write_text(ANA, encoding="utf-8")
            done = run_planner("--today", "2027-02-01", *command, *args, env=env)
            assert (done.exit_code, done.stderr) == (0, "")
            assert done.stdout.endswith(f"Calendars follow with `planner sync{named}`, or `planner export{named}`.\n")
            assert file.read_text(encoding="utf-8") != ANA


def test_a_file_that_is_not_there(run_planner):
    done = run_planner("skip", "pottery", "2027-02-24", "nowhere.toml")
    assert done == (
        1,
        "",
        "nowhere.toml:1:1: error: there is no such file; `planner init nowhere.toml` writes a first one\n",
    )


def test_a_link_stays_a_link(edit, tmp_path):
    real = tmp_path / "shared" / "ours.toml"
    real.parent.mkdir()
    real.write_text(ANA, encoding="utf-8")
    (tmp_path / "link.toml").symlink_to(real)
    edit("skip", "pottery", "2027-02-24", "link.toml")
    assert (tmp_path / "link.toml").is_symlink()
    assert "skip   = [2027-02-17, 2027-02-24]" in real.read_text(encoding="utf-8")
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8") == ANA
    assert os.listdir(real.parent) == ["ours.toml"]


def test_a_file_that_is_read_only_stays_as_it_is(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(ANA, encoding="utf-8")
    file.chmod(0o444)
    done = run_planner("skip", "pottery", "2027-02-24")
    said = "planner: agreement.toml is read-only, and nothing was written; make it writable first\n"
    assert done == (3, "", said)
    assert file.read_text(encoding="utf-8") == ANA


def test_an_edit_made_meanwhile_is_not_written_over(run_planner, tmp_path, monkeypatch):
    file = tmp_path / "agreement.toml"
    file.write_text(ANA, encoding="utf-8")

    def write(path, data, *, expected=None):
        file.write_text(ANA + "# a newer remark\n", encoding="utf-8")
        write_whole(path, data, expected=expected)

    monkeypatch.setattr(planner.cli.edits, "write_whole", write)
    done = run_planner("skip", "pottery", "2027-02-24")
    assert done == (
        3,
        "",
        "planner: agreement.toml was changed by another program meanwhile, and nothing was written; try again\n",
    )
    assert file.read_text(encoding="utf-8") == ANA + "# a newer remark\n"


def test_what_is_written_is_what_check_and_export_read(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(ANA, encoding="utf-8")
    for command in (
        ["move", "pottery", "2027-02-24", "--to", "2027-02-25", "--at", "18:00"],
        ["skip", "friday", "2027-02-12"],
        ["pause", "writing", "--until", "2027-02-14"],
        ["revise", "salon", "at=20:00-23:00"],
        ["add", "rituals.walk", "on=sunday", "at=10:00-11:00"],
    ):
        assert run_planner("--today", "2027-02-01", *command).exit_code == 0
    assert run_planner("check", "--strict").exit_code == 0
    agenda = run_planner("agenda", "--from", "2027-02-08", "--days", "21").stdout
    assert "Thursday 25 February 2027\n  07:00–07:50 Lisbon  Writing" in agenda
    assert "18:00–20:30         Pottery class" in agenda
    assert "Friday 12 February 2027" not in agenda
    assert "Thursday 11 February 2027" not in agenda
    assert agenda.count("Walk") == 3
    assert run_planner("export").exit_code == 0


# ── days that are over, and days before all began ──


@pytest.mark.parametrize(
    ("args", "days", "those"),
    [
        (["skip", "pottery", "2027-01-06"], "Wednesday 6 January 2027 is over.", "that day"),
        (
            ["skip", "pottery", "2027-01-13", "2027-02-24", "2027-01-06"],
            "Wednesday 6 January 2027 and Wednesday 13 January 2027 are over.",
            "those days",
        ),
        (["move", "pottery", "2027-01-13", "--to", "2027-01-14"], "14 January 2027 are over.", "those days"),
        (["move", "pottery", "2027-02-10", "--to", "2027-01-14"], "Thursday 14 January 2027 is over.", "that day"),
        (["pause", "pottery", "--from", "2027-01-14", "--until", "2027-02-20"], "14 January 2027 is over.", "that day"),
    ],
    ids=["skip", "several", "move", "back", "pause"],
)
def test_a_day_that_is_over_is_named_for_calendars_change_it_too(edit, args, days, those):
    code, said, changed = edit(*args)
    assert code == 0
    assert changed
    assert days in said
    assert f"Single dates hold at once, so calendars change {those} too.\n" in said


def test_a_day_to_come_is_no_word_about_the_past(edit):
    assert "over" not in edit("skip", "pottery", "2027-02-03")[1]
    assert "over" not in edit("skip", "pottery", "2027-01-06", text=ANA.replace("[2027-02-17]", "[2027-01-06]"))[1]


def test_a_day_before_all_began_is_told_as_that(edit):
    first = "its nearest dates are 2027-01-06 and 2027-01-13\n"
    begun = "for the agreement applies from Monday 4 January 2027 on"
    for args in (["skip", "pottery", "2026-12-30"], ["move", "pottery", "2026-12-30", "--to", "2027-01-05"]):
        said = f'planner: "Pottery class" is not on Wednesday 30 December 2026, {begun}; {first}'
        assert edit(*args) == (2, said, [])
    later = ANA.replace('who    = "ana"\n', 'who    = "ana"\nstarts = 2027-02-01\n', 1)
    code, said, _ = edit("skip", "pottery", "2027-01-13", text=later)
    assert code == 2
    assert "is not on Wednesday 13 January 2027, for it begins on Monday 1 February 2027; its nearest dates" in said


def test_a_move_to_before_the_first_day_is_told_as_that(edit):
    _, said, _ = edit("move", "pottery", "2027-02-10", "--to", "2026-12-14")
    assert "That lies before the agreement's first day, Monday 4 January 2027; it is there all the same.\n" in said


@pytest.mark.parametrize(
    ("word", "day"), [("today", "2027-02-01"), ("Tomorrow", "2027-02-02"), ("yesterday", "2027-01-31")]
)
def test_a_day_in_words_counts_from_the_day_that_is_given(edit, word, day):
    _, _, changed = edit("move", "pottery", "2027-02-10", "--to", word)
    assert any(f"moved_to = {day}" in line for line in changed)
