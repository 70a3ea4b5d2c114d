"""The truth table of one series: what the agreement wants, what was applied, what the calendar holds."""

from __future__ import annotations

import pytest

from planner.canonical import Canon, Face, canon_of, canon_value
from planner.sync.deciding import ADOPT, CREATE, DELETE, FORGET, LEAVE, UPDATE, Applied, decide, read_back

FACE = Face(
    start="20270106T183000",
    end="20270106T210000",
    zone="Europe/Berlin",
    rule="BYDAY=WE;FREQ=WEEKLY",
    summary="Clay",
    description="",
    location="",
    transp="",
    discretion="",
    status="",
    categories=(),
    alarms=("-60",),
    color="",
)
A = Canon(FACE)
B = Canon(FACE._replace(summary="Pots"))
C = Canon(FACE._replace(summary="Mugs"))
REWRITTEN = Canon(FACE._replace(alarms=("-30",), transp="TRANSPARENT", color="red"))  # by the server, not by anyone
MOVED = Canon(FACE, differing={"2027-01-13": FACE._replace(start="20270114T190000", end="20270114T210000", rule="")})
SKIPPED = Canon(FACE, gone=("2027-01-13",))
KNOWN, SETTLED = Applied(A, A), Applied(A, None, settled=True)


def decided(desired, applied, remote, *, may_create=True, said="", happens=("2027-01-13",)):
    return decide(desired, applied, remote, happens=frozenset(happens), may_create=may_create, said=said)


@pytest.mark.parametrize(
    ("case", "desired", "applied", "remote", "kind", "drift"),
    [
        ("nobody has it", None, None, None, LEAVE, []),
        ("both let it go", None, KNOWN, None, FORGET, []),
        ("we let it go", None, KNOWN, A, DELETE, []),
        ("we let it go, they changed it", None, KNOWN, B, LEAVE, ["edited!"]),
        ("we let it go, they moved a day", None, KNOWN, MOVED, DELETE, ["lost"]),
        ("another copy wrote it", None, None, A, LEAVE, ["copy"]),
        ("it is new", A, None, None, CREATE, []),
        ("a create never arrived", A, Applied(None, None, A), None, CREATE, []),
        ("a create arrived, its answer did not", A, Applied(None, None, A), A, LEAVE, []),
        ("a create arrived, and the file has changed since", B, Applied(None, None, A), A, UPDATE, []),
        ("an update arrived, and the file has changed since", C, Applied(A, A, B), B, UPDATE, []),
        ("an update never arrived", B, Applied(A, A, B), A, UPDATE, []),
        ("they deleted it", A, KNOWN, None, LEAVE, ["deleted"]),
        ("they deleted it, we changed it", B, KNOWN, None, LEAVE, ["deleted"]),
        ("they deleted it, and someone said that it may stay so", A, SETTLED, None, LEAVE, []),
        ("the same, and now we changed it", B, SETTLED, None, LEAVE, ["deleted"]),
        ("the same already, without a memory", A, None, A, ADOPT, []),
        ("the same but for what servers rewrite, without a memory", A, None, REWRITTEN, ADOPT, []),
        ("otherwise, without a memory", A, None, B, LEAVE, ["differs!"]),
        ("a moved day, without a memory", A, None, MOVED, ADOPT, ["moved"]),
        ("nothing changed", A, KNOWN, A, LEAVE, []),
        ("nothing changed on a server that rewrites", A, Applied(A, REWRITTEN), REWRITTEN, LEAVE, []),
        ("written and not read back, on a server that rewrites", A, Applied(A), REWRITTEN, LEAVE, []),
        ("we changed it", B, KNOWN, A, UPDATE, []),
        ("we changed it on a server that rewrites", B, Applied(A, REWRITTEN), REWRITTEN, UPDATE, []),
        ("they changed it", A, KNOWN, B, LEAVE, ["edited"]),
        ("both changed it to the same", B, KNOWN, B, ADOPT, []),
        ("both changed it", B, KNOWN, C, LEAVE, ["edited!"]),
        ("they moved a day", A, KNOWN, MOVED, LEAVE, ["moved"]),
        ("they moved a day, we changed the title", B, KNOWN, MOVED, UPDATE, ["moved"]),
        ("they moved a day, we left it out", SKIPPED, KNOWN, MOVED, LEAVE, ["moved!"]),
        ("they left out a day", A, KNOWN, SKIPPED, LEAVE, ["cancelled"]),
        ("both left out a day", SKIPPED, KNOWN, SKIPPED, ADOPT, []),
        ("they put a day back", SKIPPED, Applied(SKIPPED, SKIPPED), A, LEAVE, ["put back"]),
        ("we put a day back", A, Applied(SKIPPED, SKIPPED), SKIPPED, UPDATE, []),
    ],
)
def test_the_table(case, desired, applied, remote, kind, drift):
    decision = decided(desired, applied, remote)
    assert decision.kind == kind, case
    assert [d.what + "!" * d.is_conflict for d in decision.drift] == drift, case


@pytest.mark.parametrize(
    ("case", "desired", "applied", "remote", "said", "kind"),
    [
        ("bring back what they deleted", A, KNOWN, None, "restore", CREATE),
        ("let it be deleted", A, KNOWN, None, "keep", LEAVE),
        ("bring back what they changed", A, KNOWN, B, "restore", UPDATE),
        ("let it be changed", A, KNOWN, B, "keep", ADOPT),
        ("both changed it: ours", B, KNOWN, C, "restore", UPDATE),
        ("both changed it: theirs", B, KNOWN, C, "keep", ADOPT),
        ("bring back a moved day", A, KNOWN, MOVED, "restore", UPDATE),
        ("let it go although they changed it", None, KNOWN, B, "restore", DELETE),
        ("leave there what we let go", None, KNOWN, B, "keep", LEAVE),
        ("write over what nobody remembers", A, None, B, "restore", UPDATE),
        ("write what is missing without a memory", A, Applied(None), None, "restore", CREATE),
    ],
)
def test_what_a_person_says_decides(case, desired, applied, remote, said, kind):
    decision = decided(desired, applied, remote, said=said)
    assert decision.kind == kind, case
    assert decision.drift == (), case


@pytest.mark.parametrize("applied", [None, Applied(None)])
def test_a_missing_one_beside_others_is_a_question_until_it_is_answered(applied):
    decision = decided(A, applied, None, may_create=applied is not None)
    assert (decision.kind, decision.base) == (LEAVE, Applied(None))
    assert decision.is_conflict


def test_what_was_kept_stays_until_the_file_changes_it():
    base = decided(A, KNOWN, B, said="keep").base
    assert decided(A, base, B).drift == ()
    assert decided(C, base, B).kind == UPDATE
    base = decided(A, KNOWN, MOVED, said="keep").base
    assert decided(A, base, MOVED).drift == ()


def test_what_was_kept_is_brought_back_by_a_word():
    for theirs in (B, MOVED, SKIPPED):
        base = decided(A, KNOWN, theirs, said="keep").base
        assert decided(A, base, theirs, said="restore").kind == UPDATE


def test_a_kept_day_stays_when_the_series_ends_or_moves_beside_it():
    ours = Canon(
        FACE, differing={"2027-01-13": FACE.on("2027-01-13")._replace(start="20270115T183000", end="20270115T210000")}
    )
    base = decided(ours, Applied(ours, ours), MOVED, said="keep").base
    capped = ours._replace(face=FACE._replace(rule="BYDAY=WE;FREQ=WEEKLY;UNTIL=20270331T163000Z"))
    decision = decided(capped, base, MOVED)
    assert decision.kind == UPDATE
    assert decision.merge is not None
    assert list(decision.merge.theirs) == ["2027-01-13"]
    assert decision.merge.ours == {}


def test_drift_stays_drift_after_an_update_beside_it():
    decision = decided(B, KNOWN, MOVED)
    after = Canon(B.face, differing={"2027-01-13": MOVED.differing["2027-01-13"]._replace(summary="Pots")})
    base = read_back(decision, after)
    again = decided(B, base, after)
    assert (again.kind, [d.what for d in again.drift]) == (LEAVE, ["moved"])


def test_a_day_that_the_new_rule_has_no_more_is_told_and_goes():
    new = Canon(FACE._replace(start="20270104T183000", end="20270104T210000", rule="BYDAY=MO;FREQ=WEEKLY"))
    decision = decided(new, KNOWN, MOVED, happens=())
    assert (decision.kind, [d.what for d in decision.drift]) == (UPDATE, ["lost"])
    assert decision.merge is not None
    assert decision.merge.theirs == {}


def test_alarms_belong_to_both():
    ours = Canon(FACE._replace(alarms=("-30",)))
    theirs = Canon(FACE._replace(alarms=("-5", "-60")))
    decision = decided(ours, KNOWN, theirs)
    assert decision.kind == UPDATE
    assert decision.merge is not None
    assert decision.merge.master.alarms == ("-30", "-5")
    assert decided(A, KNOWN, Canon(FACE._replace(alarms=()))).kind == LEAVE  # one that they took away stays away


@pytest.mark.parametrize("canon", [A, MOVED, SKIPPED, REWRITTEN])
def test_a_canon_survives_the_state(canon):
    assert canon_of(canon_value(canon)) == canon
