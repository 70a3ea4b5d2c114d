"""What sync refuses unless it is told: each refusal is exit 3, changes nothing, and names the way out."""

from __future__ import annotations

import fcntl
import shutil

from tests.servers.faults import insufficient_storage, status
from tests.servers.front import Front
from tests.servers.strict import Strict
from tests.test_sync_life import AGREEMENT, SERIES, World, connected, synced, world

__all__ = ["synced", "world"]


def refused(world, *args: str, allow: str | None) -> str:
    before = world.stored()
    ran = world.run(*args, code=3)
    assert world.writes == 0
    assert world.stored() == before
    if allow:
        assert f"--allow {allow}" in ran.stderr
    return ran.stderr


def keep_only(world, *tables: str) -> None:
    """The file with these rituals alone."""
    head, *rest = AGREEMENT.split("\n[")
    kept = [r for r in rest if r.split("]")[0] in ("people.ana", "people.ben", *tables)]
    world.file.write_text("\n[".join([head, *kept]), "utf-8")


def test_all_that_is_there_goes_only_when_told(synced):
    keep_only(synced)
    said = refused(synced, "sync", "--yes", allow="removal")
    assert "all of what this agreement has" in said
    synced.run("sync", "--yes", "--allow", "removal")
    assert synced.ours() == {}


def test_most_of_it_goes_only_when_told_and_less_goes_at_once(synced):
    keep_only(synced, "me_blocks.pottery", "me_blocks.writing")
    assert "most of what this agreement has" in refused(synced, "sync", "--yes", allow="removal")
    keep_only(synced, "me_blocks.pottery", "me_blocks.writing", "host_nights.salon")
    synced.run("sync", "--yes")
    assert len(synced.ours()) == SERIES - 1


def test_a_single_ritual_is_all_there_is(world):
    keep_only(world, "me_blocks.pottery")
    world.run("sync", "--yes")
    keep_only(world)
    refused(world, "sync", "--yes", allow="removal")


def test_what_comes_in_beside_what_goes_is_said_too(world):
    keep_only(world, "me_blocks.pottery")
    world.run("sync", "--yes")
    keep_only(world, "shared_evenings.friday", "me_blocks.writing")
    said = refused(world, "sync", "--yes", allow="removal")
    assert "would be taken out (1 of 1: Pottery class), and 2 others come in." in said


def test_before_anything_is_agreed_nothing_is_as_agreed(synced):
    assert "5 events, all as in the agreement\n" in synced.run("sync", "--yes").stdout
    keep_only(synced, "me_blocks.pottery", "me_blocks.writing", "host_nights.salon")
    assert "- Cook together: goes, it is no longer in the agreement\n" in synced.run("sync", "--yes").stdout


def test_a_ritual_that_is_counted_otherwise_is_no_removal(world):
    keep_only(world, "host_nights.salon")
    world.run("sync", "--yes")
    world.change('hosts = ["ana", "ben"]', 'host = "ana"')
    world.run("sync", "--yes")
    assert len(world.ours()) == 1


def test_an_id_that_was_changed_is_asked_about(synced):
    config = synced.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + 'agreement = "quiet-harbor-k3v9"\n', "utf-8")
    synced.change('id = "quiet-harbor-k3v9"', 'id = "other-harbor-k3v9"')
    assert "quiet-harbor-k3v9" in refused(synced, "sync", "ana", "--yes", allow="new-id")
    assert "quiet-harbor-k3v9" in refused(synced, "sync", "--yes", allow="new-id")
    synced.run("sync", "ana", "--yes", "--allow", "new-id")
    assert len(synced.ours()) == SERIES  # those of the old id stay
    synced.run("remove", "ana", "--id", "quiet-harbor-k3v9", "--yes")
    assert synced.ours() == {}


def test_a_copied_file_with_the_same_id_is_asked_about_and_a_moved_one_is_not(synced):
    copy = synced.folder / "copy.toml"
    shutil.copy(synced.file, copy)
    said = refused(synced, "sync", str(copy), "--yes", allow="copied-file")
    assert "planner init --from" in said
    synced.file.unlink()
    synced.run("sync", str(copy), "--yes")
    assert synced.writes == 0


def test_an_event_of_ours_that_cannot_be_read_is_left_and_named(tmp_path, run_planner):
    (tmp_path / "agreement.toml").write_text(AGREEMENT, "utf-8")
    with Strict(()) as server, Front(server) as front:
        url = server.add_calendar("ana", "rituals")
        at_front = front.url + url.removeprefix(server.url)
        connected(tmp_path, at_front)
        world = World(front, at_front, tmp_path, run_planner)
        world.run("sync", "--yes")
        name, text = world.of("Pottery class")
        server.place(
            url + name, text.replace("DTSTART;TZID=Europe/Berlin:20270106", "DTSTART;TZID=Europe/Berlin:2027-01")
        )
        said = refused(world, "sync", "--yes", allow="unreadable")
        assert name in said
        world.change('title = "Cook together"', 'title = "Supper"')
        world.run("sync", "--yes", "--allow", "unreadable")
        assert world.of("Supper")
        world.run("remove", "--yes")
        assert world.ours() == {}


def test_two_runs_at_once_wait_for_each_other(synced):
    (lock,) = (synced.folder / "state").rglob("*.lock")
    with lock.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "another run" in refused(synced, "sync", "--yes", allow=None)
    synced.run("sync", "--yes")


def test_a_calendar_without_a_memory_of_it_is_asked_about_and_not_filled(synced):
    synced.delete("Cook together")
    for file in (synced.folder / "state").rglob("*.json"):
        file.unlink()
    for _ in range(2):
        result = synced.json("--yes", code=3)
        assert [(d["ritual"], d["what"]) for d in result["drift"]] == [("shared_evenings.friday", "conflict")]
        assert len(synced.ours()) == SERIES - 1
    synced.run("sync", "--yes", "--restore", "friday")
    assert len(synced.ours()) == SERIES


def test_what_another_copy_wrote_is_shown_and_kept(synced):
    for file in (synced.folder / "state").rglob("*.json"):
        file.unlink()
    keep_only(synced, "me_blocks.pottery", "me_blocks.writing", "host_nights.salon")
    result = synced.json("--yes")
    assert [d["what"] for d in result["drift"]] == ["copy"]
    assert len(synced.ours()) == SERIES


def test_two_audiences_may_share_a_calendar(synced):
    connected(synced.folder, synced.url, "everyone", "both")
    (result,) = [synced.json("both", "--yes")]
    assert (result["creates"], result["drift"]) == (SERIES - 1 + 1, [])
    assert synced.json("ana", "--yes")["drift"] == []
    assert synced.writes == 0


def test_wrong_words_are_named(synced):
    assert "no calendar" in synced.run("sync", "anna", "--yes", code=2).stderr
    assert "did you mean" in synced.run("sync", "--restore", "potery", code=2).stderr
    assert "both" in synced.run("sync", "--restore", "pottery", "--keep", "pottery", code=2).stderr
    (synced.folder / "config.toml").unlink()
    assert "planner connect" in synced.run("sync", code=2).stderr


def test_a_wrong_password_is_said_without_showing_it(synced):
    config = synced.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace("PASSWORD_OF_ANA", "WRONG_PASSWORD"), "utf-8")
    ran = synced.planner(
        "sync",
        "--yes",
        env={
            "PLANNER_CONFIG": str(config),
            "XDG_STATE_HOME": str(synced.folder / "state"),
            "WRONG_PASSWORD": "hunter2",
        },
    )
    assert ran.exit_code == 4
    assert "did not accept the login" in ran.stderr
    assert "hunter2" not in ran.stdout + ran.stderr


def test_remove_takes_out_nothing_of_a_list_that_is_short(synced):
    synced.front.fail(insufficient_storage(keep=2), method="PROPFIND", times=None)
    assert "only a part" in refused(synced, "remove", "--yes", allow=None)
    synced.front.heal()
    synced.run("remove", "--yes")
    assert synced.ours() == {}


def test_remove_looks_again_and_says_done_only_when_it_is(synced):
    name = next(iter(synced.ours()))
    synced.front.fail(status(200), method="DELETE", path=name)  # answered, and not done
    synced.run("remove", "--yes")
    assert synced.ours() == {}
    synced.run("sync", "--yes")
    name = next(iter(synced.ours()))
    synced.front.fail(status(200), method="DELETE", path=name, times=None)
    said = synced.run("remove", "--yes", code=3)
    assert "1 of them are there all the same" in said.stderr
    assert "Done." not in said.stdout
    assert list(synced.ours()) == [name]
    synced.front.heal()
    synced.run("remove", "--yes")
    assert synced.ours() == {}


def test_agreed_versions_that_are_gone_are_asked_about_for_the_past_would_change(synced):
    synced.run("agree", "--from", "2027-01-04", "--by", "ana", "--by", "ben")
    synced.run("revise", "friday", "at=20:00-23:00")
    synced.run("agree", "--from", "2027-03-01", "--by", "ana", "--by", "ben", today="2027-02-27")
    synced.run("sync", "--yes")
    folder = synced.folder / "agreement.history"
    folder.rename(synced.folder / "elsewhere")
    assert "2027-01-04.toml" in refused(synced, "sync", "--yes", allow="history")
    (synced.folder / "elsewhere").rename(folder)
    synced.run("sync", "--yes")
    assert synced.writes == 0


def test_a_series_that_was_moved_pulled_and_agreed_is_there_once(synced):
    synced.run("agree", "--from", "2027-01-04", "--by", "ana", "--by", "ben")
    synced.run("sync", "--yes")
    name, text = synced.of("Cook together")
    text = text.replace("20270108T190000", "20270107T190000").replace("20270108T220000", "20270107T220000")
    synced.put(name, text.replace("BYDAY=FR", "BYDAY=TH"))
    synced.run("pull", "--yes")
    synced.run("agree", "--from", "2027-02-01", "--by", "ana", "--by", "ben", today="2027-01-30")
    assert synced.json("--yes")["drift"] == []
    cooking = [t[t.index("BEGIN:VEVENT") :] for t in synced.ours().values() if "Cook" in t]
    until = {day: "UNTIL" in t for t in cooking for day in ("FR", "TH") if f"BYDAY={day}" in t}
    assert (len(cooking), until) == (2, {"FR": True, "TH": False})


def test_an_account_whose_server_is_gone_can_be_forgotten(synced):
    synced.front.fail(status(500), times=None)
    assert "--only-forget" in synced.run("remove", "ana", "--yes", "--forget", code=4).stderr
    synced.run("remove", "ana", "--only-forget")
    assert "calendars.ana" not in (synced.folder / "config.toml").read_text("utf-8")


def test_without_a_yes_every_calendar_is_shown(synced):
    connected(synced.folder, synced.url, "everyone", "both")
    synced.change('title = "Cook together"', 'title = "Supper"')
    ran = synced.run("sync", code=2)
    assert "ana: " in ran.stdout
    assert "both: " in ran.stdout
    assert synced.writes == 0


def test_a_word_is_a_calendar_where_one_is_called_so_and_else_a_file(synced):
    (synced.folder / "ana").write_text("notes of mine", "utf-8")
    shutil.copy(synced.file, synced.folder / "ours.toml")
    for command in ("sync", "pull", "remove"):
        said = synced.run(command, "ours.toml", "z", code=2).stderr
        assert said == 'planner: no calendar "z" is connected; there is only "ana"\n'
        said = synced.run(command, "ours.toml", "agreement.toml", code=2).stderr
        assert said == "planner: ours.toml and agreement.toml are two files; name one agreement\n"
        assert synced.run(command, "gone.toml", "ana", code=1).stderr.startswith("gone.toml")
    assert "5 events, all as in the agreement" in synced.run("sync", "ana", "--dry-run").stdout
    assert synced.run("pull", "ana").stdout == "Nothing was changed in the calendars.\n"
    synced.run("remove", "ana", "--yes")
    assert synced.ours() == {}


def test_a_password_that_is_not_to_be_had_is_no_fault_of_a_server(synced):
    config = synced.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace("PASSWORD_OF_ANA", "NO_SUCH"), "utf-8")
    for command in (["sync", "--yes"], ["sync", "--json", "--yes"], ["pull"], ["remove", "--yes"], ["doctor"]):
        ran = synced.run(*command, code=2)
        assert "NO_SUCH" in ran.stdout + ran.stderr
        assert synced.requests == (1 if command == ["doctor"] else 0)
    assert "--only-forget" in synced.run("remove", "ana", "--yes", "--forget", code=2).stderr


def test_a_ritual_that_was_private_says_that_its_past_comes_too_before_sync_asks(synced):
    synced.change('who = "ben"\n', 'who = "ben"\nshare = "private"\n')
    synced.run("sync", "--yes", today="2027-02-01")
    synced.change('share = "private"', 'share = "gist"')
    said = "  + Ben's time: new, every Tuesday and Thursday, 07:00–07:50"
    plan = synced.run("sync", "--dry-run", today="2027-02-01").stdout
    assert f"{said}; with what is past of it, since Tuesday 5 January 2027\n" in plan
    assert f"{said}\n" in synced.run("sync", "--dry-run", today="2027-01-04").stdout
    synced.run("remove", "--yes")
    assert "what is past of it" not in synced.run("sync", "--yes", today="2027-02-01").stdout
