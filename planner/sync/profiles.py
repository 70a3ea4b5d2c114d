"""Providers that people use, and what one has to know of each before connecting.

In: nothing. Out: `Profile`s: where the server is, how one logs in, advice in sentences. No request is made here.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Profile(NamedTuple):
    """One provider. `url` is where to look for calendars ("" where each has a server of their own).

    `creates` says whether it lets a program make a calendar; `domains` are those of its mail addresses.
    """

    key: str
    title: str
    url: str = ""
    auth: str = "basic"
    advice: tuple[str, ...] = ()
    creates: bool = True
    domains: tuple[str, ...] = ()
    authorize_url: str | None = None
    token_url: str | None = None
    scope: str | None = None


PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        Profile(
            "nextcloud",
            "Nextcloud",
            advice=(
                "Nextcloud wants an app password: in the browser, Settings → Security → Devices & sessions.",
                "You can take it back there at any time, and nothing else is touched by it.",
            ),
        ),
        Profile(
            "google",
            "Google",
            url="https://apidata.googleusercontent.com/caldav/v2/",
            auth="oauth2",
            advice=(
                "Google lets programs in with OAuth 2 only, and blocks clients that many people share.",
                "So make your own, once, in the Google Cloud console: a project with the CalDAV API switched on,",
                "and in it an OAuth client of the type “Desktop app”. Its id and secret are what planner asks for.",
                "While that client is in “testing”, Google may end the login after 7 days; publish it for yourself.",
                "Make a calendar for planner in Google Calendar first: programs cannot make one there.",
                "Its id stands in that calendar's settings, under “Integrate calendar”.",
            ),
            creates=False,
            domains=("gmail.com", "googlemail.com"),
            authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
            token_url="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
            scope="https://www.googleapis.com/auth/calendar",
        ),
        Profile(
            "icloud",
            "iCloud",
            url="https://caldav.icloud.com/",
            advice=(
                "iCloud wants an app-specific password: account.apple.com → Sign-In and Security.",
                "The name is the mail address of your Apple account.",
            ),
            domains=("icloud.com", "me.com", "mac.com"),
        ),
        Profile(
            "fastmail",
            "Fastmail",
            url="https://caldav.fastmail.com/",
            advice=(
                "Fastmail wants an app password that may use calendars: Settings → Privacy & Security.",
                "The name is your whole mail address.",
            ),
            domains=("fastmail.com", "fastmail.fm"),
        ),
        Profile(
            "posteo",
            "Posteo",
            url="https://posteo.de:8443/",
            advice=("Posteo takes your whole mail address and the password of your mailbox.",),
            domains=("posteo.de", "posteo.net", "posteo.org", "posteo.eu"),
        ),
        Profile(
            "mailbox",
            "mailbox.org",
            url="https://dav.mailbox.org/caldav/",
            advice=(
                "mailbox.org takes your whole mail address and your password.",
                "With two-factor login it wants an application password: All settings → Security.",
            ),
            domains=("mailbox.org",),
        ),
        Profile(
            "radicale",
            "Radicale",
            advice=("Radicale takes a name and password of its own list of users.",),
        ),
        Profile("generic", "CalDAV"),
    )
}


def profile_for(address: str) -> Profile | None:
    """The provider of a mail address or a domain, where it is one that is known here."""
    domain = address.rpartition("@")[2].strip().casefold()
    return next((p for p in PROFILES.values() if domain in p.domains), None)


def nextcloud_url(host: str) -> str:
    """Where a Nextcloud at this host (or in a folder of it) has its calendars."""
    base = host if "://" in host else f"https://{host}"
    base = base.rstrip("/")
    return f"{base}/" if "/remote.php/" in f"{base}/" else f"{base}/remote.php/dav/"


def google_url(calendar: str, base: str) -> str:
    """The address of a Google calendar by its id, such as a mail address."""
    return f"{base.rstrip('/')}/{quote(calendar.strip(), safe='@')}/events/"
