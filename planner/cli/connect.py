"""`planner connect`: a calendar on a server, found, tried and remembered.

It asks at a terminal; without one, options say all.
"""

from __future__ import annotations

import click

from planner.cli.accounts import Known, can_ask, forget_old_password, known_accounts, save_account, stop_of
from planner.cli.common import REFUSED, USAGE, Loaded, Settings, Stop, file_argument, known_audience, load, settings_of
from planner.cli.connecting import Opened, Options, keep_secrets, open_server, plan_of, tell
from planner.sync.accounts import AUTHS, EVERYONE, Account, is_same_calendar
from planner.sync.discovery import Calendars, Found, calendar_at, chosen, make_calendar
from planner.sync.profiles import google_url
from planner.sync.troubles import ServerTrouble, host
from planner.sync.write_test import QUIRKS, try_writing
from planner.tables import KEY, KEY_FORM, as_key
from planner.words import shown


@click.command("connect")
@click.argument("name")
@click.option("--for", "audience", metavar="PERSON|everyone", help="Whose calendar it is.")
@click.option("--url", metavar="ADDRESS", help="A server, a domain, a mail address, or the calendar itself.")
@click.option("--nextcloud", metavar="HOST", help="A Nextcloud, such as cloud.example.org.")
@click.option("--radicale", metavar="URL", help="A Radicale.")
@click.option("--google", is_flag=True, help="Google, with an OAuth client of your own.")
@click.option("--icloud", is_flag=True, help="Apple's iCloud.")
@click.option("--fastmail", is_flag=True, help="Fastmail.")
@click.option("--posteo", is_flag=True, help="Posteo.")
@click.option("--mailbox", is_flag=True, help="mailbox.org.")
@click.option("--username", metavar="NAME", help="The name to log in with.")
@click.option("--calendar", metavar="NAME-OR-URL", help="A calendar that is there (Google: its id).")
@click.option("--create", metavar="NAME", help="Make a new calendar of this name.")
@click.option("--password-command", metavar="CMD", help="A command that prints the password, such as 'pass show cal'.")
@click.option("--password-env", metavar="VAR", help="An environment variable that holds the password.")
@click.option("--auth", type=click.Choice(AUTHS), help="How to log in (default: basic, name and password).")
@click.option("--client-id", metavar="ID", help="OAuth: your own client.")
@click.option("--client-secret-env", metavar="VAR", help="OAuth: a variable that holds the client's secret.")
@click.option("--client-secret-command", metavar="CMD", help="OAuth: a command that prints it.")
@click.option("--authorize-url", metavar="URL", help="OAuth: the provider's page for a yes.")
@click.option("--token-url", metavar="URL", help="OAuth: where the provider gives tokens.")
@click.option("--scope", metavar="TEXT", help="OAuth: what the yes is for.")
@click.option("--ca-file", type=click.Path(), metavar="FILE", help="Certificates to trust, for a server of your own.")
@click.option("--test-write/--no-test-write", default=None, help="Try with an event that is gone a moment later.")
@click.option("--busy-only", is_flag=True, help="Only ask it when its owner is busy; nothing ever goes there.")
@click.option("-y", "--yes", is_flag=True, help="Yes to replacing the name, and to http: without encryption.")
@file_argument
@settings_of
def connect_command(settings: Settings, /, *, name: str, file: str | None, **given: object) -> None:
    """Connect a calendar on a server, under a NAME of your choice. `planner sync` then keeps it up to date.

    Passwords go into the keyring of this machine, never into a file.

    \b
    Example:
      planner connect ana --for ana --nextcloud cloud.example.org --create "Ana & Ben"
      planner connect ana --for ana --url ana@example.org --calendar Rituals \\
          --username ana --password-command 'pass show calendar'
    """
    options = Options(**given)  # type: ignore[arg-type]  # click gives each option under its own name
    loaded = load(file)
    try:
        known, account, found, whose = _connected(settings, loaded, name, options)
    except ServerTrouble as trouble:
        raise stop_of(trouble) from trouble
    except (click.Abort, KeyboardInterrupt) as e:
        raise Stop("\nplanner: nothing was connected", REFUSED) from e
    save_account(known, account)
    forget_old_password(known, account)
    _conclude(known, account, found, whose)


def _connected(settings: Settings, loaded: Loaded, name: str, options: Options) -> tuple[Known, Account, Found, str]:
    """The account, asked for and tried, and whose calendar it is; nothing of it is kept yet but its secrets."""
    audience = _audience(loaded, options)
    if options.busy_only and (audience == EVERYONE or options.create is not None or options.test_write):
        raise Stop(
            "planner: --busy-only is for a person's own calendar that is there already, and writes nothing", USAGE
        )
    known = known_accounts(settings)
    _check_name(known, name, options)
    plan = plan_of(options, can_ask())
    whose = "everyone" if audience == EVERYONE else loaded.agreement.people[audience].name
    if can_ask():
        _introduce(whose, audience, plan.profile.advice)
    draft = plan.account(name, audience, loaded.agreement.id)
    with open_server(plan, draft, options) as opened:
        if not can_ask():
            _introduce(whose, audience, ())
        found = _chosen(opened, opened.plan.options)
        account = opened.account._replace(url=found.url)
        _check_calendar(known, account, found)
        account = _tried(opened, _with_old_quirks(known, account), options, settings, loaded)
        keep_secrets(opened, account)
    return known, account, found, whose


# ── before ───────────────────────────────────────────────────────────


def _audience(loaded: Loaded, options: Options) -> str:
    """Whose calendar it is: a person's key, or everyone."""
    given = options.audience
    if given is None:
        people = [*loaded.agreement.people, EVERYONE]
        if not can_ask():
            raise Stop(f"planner: whose calendar is it? Give --for, one of {', '.join(people)}", USAGE)
        given = str(click.prompt("Whose calendar is it", type=click.Choice(people)))
    return known_audience(loaded, given) or EVERYONE


def _check_name(known: Known, name: str, options: Options) -> None:
    """A name is one word, and replaces another account only with a yes."""
    if not KEY.fullmatch(name):
        hint = f', such as "{as_key(name)}"' if as_key(name) else ""
        raise Stop(f'planner: "{shown(name)}" is no name for a calendar; it is {KEY_FORM}{hint}', USAGE)
    there = known.accounts.get(name)
    if there is None or options.yes:
        return
    what = f'"{name}" is connected already, to {there.url}'
    if not can_ask():
        raise Stop(f"planner: {what}; choose another name, or replace it with --yes", REFUSED)
    if not click.confirm(f"{what}. Replace it"):
        raise Stop("planner: nothing was changed", REFUSED)


def _introduce(whose: str, audience: str, advice: tuple[str, ...]) -> None:
    """Whose calendar and which machine this is, and what the provider wants."""
    import platform

    here = f"this machine ({platform.node()})" if platform.node() else "this machine"
    if audience == EVERYONE:
        tell(f"This connects a calendar with what everyone may see. Its login stays on {here}.")
    else:
        tell(f"This connects {whose}'s own calendar. Its login stays on {here}.")
        tell("Best, each of you connects your own calendar on your own machine: then nobody holds another's password.")
    for line in advice:
        tell(f"  {line}")


# ── the calendar ─────────────────────────────────────────────────────


def _chosen(opened: Opened, options: Options) -> Found:
    """The calendar that is meant, made if it is to be."""
    if opened.calendars is None:  # Google has no list to choose from
        wanted = options.calendar or ""
        return calendar_at(opened.connection, wanted if "://" in wanted else google_url(wanted, opened.start))
    calendars = opened.calendars
    if options.create is not None:
        return _created(opened, calendars, options.create)
    if options.calendar is not None:
        try:
            return chosen(calendars, options.calendar, opened.start)
        except LookupError as e:
            if "://" in options.calendar:
                return calendar_at(opened.connection, options.calendar)
            raise Stop(f"planner: {e}. {_list(calendars)}", USAGE) from e
    if calendars.is_direct:
        return calendars.found[0]
    if not can_ask():
        raise Stop(
            f"planner: which calendar? Give --calendar NAME, or --create NAME for a new one. {_list(calendars)}", USAGE
        )
    return _asked(opened, calendars)


def _created(opened: Opened, calendars: Calendars, name: str) -> Found:
    if any(c.name.casefold() == name.strip().casefold() for c in calendars.found):
        raise Stop(
            f'planner: there is a calendar "{name}" already; take it with --calendar "{name}", or choose another name '
            "for the new one",
            REFUSED,
        )
    if not opened.plan.profile.creates:
        raise Stop(f"planner: {opened.plan.profile.title} lets no program make a calendar; make it there first", USAGE)
    found = make_calendar(opened.connection, calendars, name.strip())
    tell(f'The calendar "{found.name}" is new there.')
    return found


def _asked(opened: Opened, calendars: Calendars) -> Found:
    """The calendar that the person chooses from the list, or a new one."""
    tell(f"These calendars are at {host(opened.start)}:")
    for n, one in enumerate(calendars.found, 1):
        tell(f"  {n:>2}  {_line(one)}")
    tell("   n  a new one (the best choice: it can be deleted without losing anything)")
    numbers = [str(n) for n in range(1, len(calendars.found) + 1)]
    answer = click.prompt("Which one", type=click.Choice([*numbers, "n"]), show_choices=False, default="n")
    if answer == "n":
        return _created(opened, calendars, click.prompt("Its name"))
    return calendars.found[int(answer) - 1]


def _list(calendars: Calendars) -> str:
    if not calendars.found:
        return "There are none yet."
    return "There are:\n" + "\n".join(f"  {_line(one)}" for one in calendars.found)


def _line(found: Found) -> str:
    marks = [found.color] if found.color else []
    if found.may_write is False:
        marks.append("read-only")
    return f"{found.name}  {found.url}" + (f"  ({', '.join(marks)})" if marks else "")


def _check_calendar(known: Known, account: Account, found: Found) -> None:
    """One calendar under one name, that may be written; and a word where two audiences share a login."""
    others = [one for name, one in known.accounts.items() if name != account.name]
    for other in others:
        if is_same_calendar(other.url, account.url):
            raise Stop(
                f'planner: this calendar is connected already, as "{other.name}" for {other.audience}; use that one, '
                f"or take it away first: `planner remove {other.name} --forget`",
                REFUSED,
            )
    if found.may_write is False and not account.busy_only:
        raise Stop(
            f'planner: the calendar "{found.name}" may only be read; choose another one, ask its owner for more, or '
            "connect it with --busy-only",
            REFUSED,
        )
    for other in others:
        same_login = (host(other.url), other.username, other.agreement) == (
            host(account.url),
            account.username,
            account.agreement,
        )
        if same_login and other.audience != account.audience and not (account.busy_only or other.busy_only):
            tell(
                f'Mind: "{other.name}" (for {other.audience}) is in the same account. What concerns both shows twice '
                "there, and whoever has this login sees both."
            )


def _with_old_quirks(known: Known, account: Account) -> Account:
    """The account with what was found of this very calendar before."""
    before = known.accounts.get(account.name)
    same = before is not None and is_same_calendar(before.url, account.url)
    return account._replace(quirks=before.quirks) if before is not None and same else account


def _tried(opened: Opened, account: Account, options: Options, settings: Settings, loaded: Loaded) -> Account:
    """The account with what a test of writing found, where there is leave for one."""
    leave = options.test_write
    if options.busy_only:
        return account
    if leave is None:
        question = "Try writing with an event that is gone a moment later"
        leave = click.confirm(question, default=True) if can_ask() else False
    if not leave:
        return account
    quirks = try_writing(
        opened.connection, account.url, uids_for_test(loaded.agreement.id, account.name), settings.today
    )
    tell("Writing works; the test event is gone again.")
    for quirk in quirks:
        tell(f"  This server {QUIRKS[quirk]}.")
    return account._replace(quirks=quirks)


def uids_for_test(agreement_id: str, name: str) -> tuple[str, str]:
    """Two UIDs of this agreement for a test of writing: the same each time, and one of its own."""
    from secrets import token_hex

    from planner.series import make_uid

    return (
        make_uid((agreement_id, "", "write-test", name, "")),
        make_uid((agreement_id, "", "write-test", name, token_hex(8))),
    )


def _conclude(known: Known, account: Account, found: Found, whose: str) -> None:
    click.echo(f'Connected: "{account.name}" is the calendar "{found.name}" at {host(account.url)}, for {whose}.')
    click.echo(f"It is remembered in {known.path}, without any password.")
    if account.busy_only:
        click.echo(
            f'Nothing ever goes there. With busy = ["{account.name}"] in [people.{account.audience}], '
            "`planner check` and `planner suggest` ask it when, and only when."
        )
        return
    click.echo(f"`planner sync {account.name} --dry-run` shows what would go there, and writes nothing.")
