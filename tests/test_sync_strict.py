"""A calendar whose server has habits: it rewrites what it is given, gives no tags, takes no conditions, wants a token.

The whole life is lived on `Strict` with the habits of Google, of iCloud, and with each habit alone. Whatever the server
makes of an event, what was agreed is in it, a second sync writes nothing, and what others wrote is as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from icalendar import Calendar

from tests.servers import phone
from tests.servers.faults import kill_after
from tests.servers.front import Exchange, Front
from tests.servers.strict import GOOGLE, ICLOUD, QUIRKS, Strict
from tests.servers.wire import Answer, Request, answer
from tests.test_sync_life import AGREEMENT, SERIES, STRANGERS, World, calendar_of, environment, move_on_phone

OURS = "planner-quiet-harbor-k3v9-"


class Habits(World):
    """A world whose server is strict. What a person does there, they do on the server's own page."""

    strict: Strict
    sent: list[bytes]

    def run(self, *args: str, code: int = 0, today: str = "2027-01-01"):
        token = self.strict.token if "bearer" in self.strict.quirks else "secret"
        self.front.reset()
        env = {**environment(self.folder), "PASSWORD_OF_ANA": token}
        ran = self.planner("--today", today, *args, env=env)
        self.sent += [seen.body for seen in self.front.requests if seen.method == "PUT"]
        assert ran.exit_code == code, ran
        assert "Traceback" not in ran.stdout + ran.stderr
        return ran

    def stored(self) -> dict[str, str]:
        return {path.rpartition("/")[2]: text for path, text in self.strict.objects("ana", "rituals").items()}

    def ours(self) -> dict[str, str]:
        found = {}
        for name, text in self.stored().items():
            unfolded = re.sub(r"\r?\n[ \t]", "", text)
            if re.search(rf"^UID:{OURS}[a-z0-9]+\r?$", unfolded, re.MULTILINE):
                found[name] = unfolded
        return found

    def uid(self, title: str) -> str:
        return re.search(r"^UID:(\S+)", self.of(title)[1], re.MULTILINE)[1]

    def put(self, name: str, text: str) -> None:
        self.strict.place(self.url + quote(name), text)

    def delete(self, title: str) -> None:
        phone.delete(self.url + quote(self.of(title)[0]), auth=self.front.auth("ana"))

    def forget(self) -> None:
        for file in (self.folder / "state").rglob("*.json"):
            file.unlink()

    def is_no_op(self, *drift: str, most: int = 2) -> None:
        """A sync writes nothing, costs so many requests at most, and tells of this drift."""
        result = self.json("--yes")
        assert [d["what"] for d in result["drift"]] == list(drift)
        assert (self.writes, result["guards"]) == (0, [])
        assert self.requests <= most, [(seen.method, seen.path) for seen in self.front.requests]


class Sogo(Front):
    """A front that takes no condition for a new object, nor for one that goes."""

    def _forward(self, request: Request) -> Answer:
        del request.headers["If-None-Match"]
        if request.method == "DELETE":
            del request.headers["If-Match"]
        return super()._forward(request)


@contextmanager
def living(
    folder: Path, planner: object, quirks: frozenset[str], *, front: type[Front] = Front, conflict: int = 409
) -> Iterator[Habits]:
    with Strict(quirks, conflict=conflict) as strict, front(strict) as before:
        strict.add_calendar("ana", "rituals", "Rituals")
        (folder / "agreement.toml").write_text(AGREEMENT, "utf-8")
        login = 'auth = "bearer"' if "bearer" in quirks else 'username = "ana"'
        (folder / "config.toml").write_text(
            f'[calendars.ana]\nfor = "ana"\nurl = "{before.calendar("ana", "rituals")}"\n'
            f'{login}\npassword_env = "PASSWORD_OF_ANA"\n',
            "utf-8",
        )
        world = Habits(before, before.calendar("ana", "rituals"), folder, planner)
        world.strict, world.sent = strict, []
        yield world


HABITS = {
    "google": GOOGLE,
    "icloud": ICLOUD,
    "none": frozenset(),
    "google, with a tag that is not for what was sent": GOOGLE - {"no_put_etag"},
    **{quirk: frozenset({quirk}) for quirk in sorted(QUIRKS)},
}


@pytest.mark.parametrize("habit", [*HABITS, "sogo"])
def test_a_whole_life_on_a_server_with_this_habit(tmp_path, run_planner, habit):
    quirks = HABITS.get(habit, frozenset())
    with living(tmp_path, run_planner, quirks, front=Sogo if habit == "sogo" else Front) as world:
        for name, event in STRANGERS.items():
            world.put(name, calendar_of(event))
        strangers = world.stored()

        world.run("sync", "--yes")
        assert len(world.ours()) == SERIES
        assert world.writes == SERIES
        left_out = {"renames": 2, "multiget_404": 1, "multiget_gaps": 1}  # looked for once more
        dear = max((left_out[quirk] for quirk in quirks & left_out.keys()), default=0)
        assert world.requests <= SERIES + 4 + dear, [(seen.method, seen.path) for seen in world.front.requests]
        world.is_no_op()
        world.forget()
        world.is_no_op(most=2 + dear)
        world.is_no_op()

        world.change('title = "Pottery class"', 'title = "Clay"')
        world.run("sync", "--yes")
        assert (world.writes, len(world.ours())) == (1, SERIES)
        world.is_no_op()
        assert world.of("Clay")

        world.run("skip", "pottery", "2027-02-17")
        world.run("sync", "--yes")
        assert world.writes == 1
        world.is_no_op()
        assert "EXDATE;TZID=Europe/Berlin:20270217T183000" in world.of("Clay")[1]

        move_on_phone(world, "Clay", "20270113", "20270114T190000", "20270114T210000")
        assert [d["what"] for d in world.json("--yes")["drift"]] == ["moved"]
        assert world.writes == 0
        world.is_no_op("moved")
        world.change("18:30-21:00", "19:00-21:30")
        world.run("sync", "--yes")
        assert world.writes == 1
        (text,) = (text for text in world.ours().values() if "SUMMARY:Clay" in text)
        assert "RECURRENCE-ID;TZID=Europe/Berlin:20270113T190000" in text
        assert "DTSTART;TZID=Europe/Berlin:20270114T190000" in text
        assert "EXDATE;TZID=Europe/Berlin:20270217T190000" in text
        world.is_no_op("moved")
        world.forget()
        world.is_no_op("moved", most=2 + dear)
        world.is_no_op("moved")

        world.run("add", "rituals.walk", "on=sunday", "at=10:00-11:00")
        world.run("sync", "--yes")
        assert (world.writes, len(world.ours())) == (1, SERIES + 1)
        world.is_no_op("moved")
        text = world.file.read_text("utf-8")
        world.file.write_text(text[: text.index("[rituals.walk]")], "utf-8")
        world.run("sync", "--yes")
        assert (world.writes, len(world.ours())) == (1, SERIES)
        world.is_no_op("moved")

        assert {name: text for name, text in world.stored().items() if name in strangers} == strangers
        world.run("remove", "--yes")
        assert world.stored() == strangers
        assert world.strict.invitations == []
        assert len(world.sent) >= SERIES + 4
        for body in world.sent:
            is_fit_for_a_strict_reader(body)


def is_fit_for_a_strict_reader(body: bytes) -> None:
    """RFC 5545 in form, RFC 4791 §4.1 in content, and nothing that a server would send mail for."""
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    calendar = Calendar.from_ical(body)
    assert [c.errors for c in calendar.walk() if c.errors] == []
    assert "METHOD" not in calendar
    assert {"PRODID", "VERSION"} <= set(calendar)
    events = calendar.walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == 1
    assert sum("RECURRENCE-ID" not in event for event in events) == 1
    assert len({event["SEQUENCE"] for event in events}) == 1
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    for event in events:
        assert {"DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
        assert not {"ORGANIZER", "ATTENDEE"} & set(event)
        assert event["DTSTART"].params.get("TZID") in zones


# ── identities that are used up ──────────────────────────────────────


@pytest.mark.parametrize("conflict", [400, 403, 409, 412])
@pytest.mark.parametrize("habit", ["google", "tombstones"])
def test_a_deleted_series_comes_back_under_another_identity_where_the_old_is_used_up(
    tmp_path, run_planner, habit, conflict
):
    with living(tmp_path, run_planner, HABITS[habit], conflict=conflict) as world:
        world.run("sync", "--yes")
        first = world.uid("Pottery class")
        for uids in ([first], []):  # from memory, and from what is there
            world.delete("Pottery class")
            world.json("--yes")
            world.is_no_op("deleted")
            world.run("sync", "--yes", "--restore", "pottery")
            uids.append(world.uid("Pottery class"))
            assert len(world.ours()) == SERIES
            world.is_no_op()
            world.forget()
            world.is_no_op()
        assert first not in uids
        world.change('title = "Pottery class"', 'title = "Clay"')
        world.run("sync", "--yes")
        assert (world.writes, world.uid("Clay"), len(world.ours())) == (1, uids[-1], SERIES)
        world.is_no_op()


def test_a_lost_answer_under_another_identity_makes_nothing_twice(tmp_path, run_planner):
    with living(tmp_path, run_planner, HABITS["google"]) as world:
        world.run("sync", "--yes")
        world.delete("Pottery class")
        world.run("sync", "--yes")
        world.front.fail(kill_after(), method="PUT", at=2, times=None)
        world.run("sync", "--yes", "--restore", "pottery", code=4)
        world.front.heal()
        assert world.of("Pottery class")
        world.run("sync", "--yes", "--restore", "pottery")
        assert (world.writes, len(world.ours())) == (0, SERIES)
        world.is_no_op()


@pytest.mark.parametrize("conflict", [400, 403, 409, 412])
def test_everything_comes_back_after_a_removal_where_every_identity_is_used_up(tmp_path, run_planner, conflict):
    with living(tmp_path, run_planner, HABITS["google"], conflict=conflict) as world:
        for _ in range(3):
            world.run("sync", "--yes")
            assert len(world.ours()) == SERIES
            world.is_no_op()
            world.run("remove", "--yes")
            assert world.ours() == {}


def test_a_calendar_that_may_only_be_read_is_told_after_a_few_requests(tmp_path, run_planner):
    with living(tmp_path, run_planner, frozenset()) as world:
        world.strict.add_calendar("ana", "rituals", "Rituals", is_read_only=True)
        ran = world.run("sync", "--yes", code=4)
        assert "look at who may write there" in ran.stderr
        assert world.writes <= SERIES
        assert world.ours() == {}


def test_one_series_that_the_server_will_not_have_does_not_keep_the_others_out(tmp_path, run_planner):
    with living(tmp_path, run_planner, frozenset()) as world:
        error = '<D:error xmlns:D="DAV:"><C:max-instances xmlns:C="urn:ietf:params:xml:ns:caldav"/></D:error>'

        def picky(exchange: Exchange) -> Answer:
            if b"SUMMARY:Pottery class" in exchange.request.body:
                return Answer(403, (("Content-Type", "application/xml"),), error.encode())
            return exchange.forward()

        world.front.fail(picky, method="PUT", times=None)
        for _ in range(2):
            ran = world.run("sync", "--yes", code=4)
            assert "Pottery class" in ran.stderr.splitlines()[0]
            assert len(world.ours()) == SERIES - 1
        assert world.writes == 1
        world.front.heal()
        world.run("sync", "--yes")
        assert len(world.ours()) == SERIES
        world.is_no_op()


# ── tokens ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("after", range(9))
def test_a_token_that_expires_in_the_middle_is_asked_for_again_and_nothing_is_lost(tmp_path, run_planner, after):
    """The command gives token-1 at first, and token-2 the next time."""
    with living(tmp_path, run_planner, HABITS["google"]) as world:
        (tmp_path / "number").write_text("1", "utf-8")
        script = tmp_path / "token.sh"
        script.write_text(f'n=$(cat "{tmp_path}/number"); echo "token-$n"; echo $((n + 1)) > "{tmp_path}/number"\n')
        config = (tmp_path / "config.toml").read_text("utf-8")
        command = f"password_command = {json.dumps(['sh', str(script)])}"
        (tmp_path / "config.toml").write_text(config.replace('password_env = "PASSWORD_OF_ANA"', command), "utf-8")
        world.strict.expire(after)
        world.run("sync", "--yes")
        assert len(world.ours()) == SERIES
        refused = [seen for seen in world.front.requests if seen.status == 401]
        assert (len(refused), (tmp_path / "number").read_text("utf-8").strip()) == ((1, "3") if after < 7 else (0, "2"))


def test_a_token_that_is_refused_for_good_ends_the_run_and_a_new_one_finishes_it(tmp_path, run_planner):
    with living(tmp_path, run_planner, HABITS["google"]) as world:
        world.strict.expire(3)
        ran = world.run("sync", "--yes", code=4)
        assert "did not accept the login" in ran.stderr
        assert "token-1" not in ran.stdout + ran.stderr
        assert [seen.status for seen in world.front.requests].count(401) <= 3
        world.run("sync", "--yes")
        assert len(world.ours()) == SERIES
        world.is_no_op()


# ── tags that do not hold ────────────────────────────────────────────


def test_a_tag_that_comes_with_the_answer_to_a_write_is_never_relied_on(tmp_path, run_planner):
    """It is strong, and for the bytes that were sent; what is stored is other bytes."""
    with living(tmp_path, run_planner, GOOGLE) as world:
        world.front.fail(lambda exchange: exchange.forward().with_header("ETag", '"sent"'), method="PUT", times=None)
        world.run("sync", "--yes")
        for title in ("Clay", "Pots"):
            text = world.file.read_text("utf-8")
            world.file.write_text(re.sub(r'title = "(Pottery class|Clay)"', f'title = "{title}"', text), "utf-8")
            world.run("sync", "--yes")
            assert [seen.status for seen in world.front.writes] == [204]
            world.is_no_op()


@pytest.mark.parametrize("habit", ["no_etags", "weak_etags"])
def test_without_tags_a_change_between_the_look_and_the_write_is_seen_all_the_same(tmp_path, run_planner, habit):
    with living(tmp_path, run_planner, HABITS[habit]) as world:
        world.run("sync", "--yes")
        world.change('title = "Pottery class"', 'title = "Clay"')

        def moved_first(exchange: Exchange) -> Answer:
            move_on_phone(world, "Pottery class", "20270113", "20270114T190000", "20270114T210000")
            return exchange.forward()

        world.front.fail(moved_first, method="GET")
        world.run("sync", "--yes")
        assert world.front.pending == 0
        assert any("DTSTART;TZID=Europe/Berlin:20270114T190000" in text for text in world.ours().values())
        world.is_no_op("moved")


def test_a_server_that_overwrites_is_not_asked_to_where_the_event_is_there(tmp_path, run_planner):
    """SOGo overwrites on create: so nothing is created that was seen, with or without a memory."""
    with living(tmp_path, run_planner, frozenset(), front=Sogo) as world:
        world.run("sync", "--yes")
        world.edit("Pottery class", "SUMMARY:", "X-NOTE:mine\r\nSUMMARY:")
        kept = world.stored()
        world.forget()
        world.json("--yes")
        assert (world.writes, world.stored()) == (0, kept)


# ── answers that are lost, objects that others made ──────────────────


@pytest.mark.parametrize("conflict", [400, 403, 409, 412])
@pytest.mark.parametrize("habit", ["icloud", "google", "unique_uids", "tombstones"])
def test_a_lost_answer_to_a_new_series_makes_nothing_twice(tmp_path, run_planner, habit, conflict):
    with living(tmp_path, run_planner, HABITS[habit], conflict=conflict) as world:
        for at in range(1, SERIES + 1):
            world.front.fail(kill_after(), method="PUT", at=at)
            world.run("sync", "--yes")
            assert world.front.pending == 0
            uids = [re.search(r"UID:(\S+)", text)[1] for text in world.ours().values()]
            assert len(set(uids)) == len(uids) == SERIES
            world.is_no_op()
            world.strict.calendars["/calendars/ana/rituals/"].objects.clear()
            world.forget()


@pytest.mark.parametrize("conflict", [400, 403, 409, 412])
@pytest.mark.parametrize("habit", ["icloud", "google"])
def test_a_series_that_another_machine_made_meanwhile_is_not_made_twice(tmp_path, run_planner, habit, conflict):
    with living(tmp_path, run_planner, HABITS[habit], conflict=conflict) as world:

        def made_first(exchange: Exchange) -> Answer:
            exchange.forward()
            return exchange.forward()

        world.front.fail(made_first, method="PUT", times=SERIES)
        world.run("sync", "--yes")
        assert len(world.ours()) == SERIES
        world.is_no_op()


@pytest.mark.parametrize("refusal", [400, 412, 501])
def test_a_server_that_knows_no_condition_for_new_events_takes_them_without_one(tmp_path, run_planner, refusal):
    def knows_if_match_alone(exchange: Exchange) -> Answer:
        return answer(refusal, "no") if "If-None-Match" in exchange.request.headers else exchange.forward()

    with living(tmp_path, run_planner, set()) as world:
        world.front.fail(knows_if_match_alone, method="PUT", times=None)
        world.run("sync", "--yes")
        assert len(world.ours()) == SERIES
        assert world.requests <= SERIES + 4  # it is asked once, and not again
        world.run("sync", "--yes")
        assert world.writes == 0
