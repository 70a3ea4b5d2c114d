"""The settings file: accounts read back as they were written, what is wrong with its place, and never a secret."""

from __future__ import annotations

import os
import stat

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends import fail

from planner.files import FileTroubleError, bytes_of, config_path, private_write, remove_file, state_folder
from planner.sync.accounts import (
    AUTHS,
    Account,
    accounts_text,
    is_bare,
    is_same_calendar,
    keyring_name,
    login_of,
    read_accounts,
    secret_of,
    token_name,
    url_trouble,
    without_account,
)
from planner.sync.oauth import KeyringTokens
from planner.sync.secrets import SecretTrouble
from tests.keyrings import Memory

ANA = Account("ana", "ana", "https://cloud.example.org/dav/ana/", "quiet-harbor-k3v9", "ana@example.org")
MINIMAL = '[calendars.ana]\nfor = "ana"\nurl = "https://x.example/a/"\nusername = "ana"\n'

posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


@pytest.fixture(autouse=True)
def ring():
    before = keyring.get_keyring()
    mine = Memory()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def problems(text: str) -> list[str]:
    found = read_accounts(text.encode(), "config.toml")
    assert isinstance(found, list), found
    return [str(problem) for problem in found]


# ── reading ──


def test_no_file_and_an_empty_one_are_no_accounts():
    assert read_accounts(None, "c") == {}
    assert read_accounts(b" \n", "c") == {}
    assert read_accounts(b"# only a remark\n[other]\nx = 1\n", "c") == {}


def test_an_account_is_read_with_what_goes_without_saying():
    assert read_accounts(MINIMAL.encode(), "c") == {
        "ana": Account("ana", "ana", "https://x.example/a/", username="ana", auth="basic")
    }


def test_a_command_may_be_one_text_or_a_list_of_words():
    for command in ("'pass show \"my calendar\"'", '["pass", "show", "my calendar"]'):
        accounts = read_accounts(f"{MINIMAL}password_command = {command}\n".encode(), "c")
        assert accounts["ana"].password_command == ("pass", "show", "my calendar")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            MINIMAL.replace("username", "usrname"),
            [
                'config.toml:4:1: error: calendars.ana.usrname: no key "usrname" here; did you mean "username"?',
            ],
        ),
        (
            MINIMAL + 'auth = "oauht2"\n',
            ['config.toml:5:8: error: calendars.ana.auth: no way to log in "oauht2"; did you mean "oauth2"?'],
        ),
        (
            MINIMAL.replace('for = "ana"', "for = 3"),
            ["config.toml:2:7: error: calendars.ana.for: a text in quotes is meant here, not the number 3"],
        ),
        (
            MINIMAL.replace("[calendars.ana]", "[calender.ana]"),
            ['config.toml:1:2: error: calender: no key "calender" here; did you mean "calendars"?'],
        ),
        (
            MINIMAL.replace("calendars.ana", "calendars.Ana"),
            [
                'config.toml:1:12: error: calendars.Ana: "Ana" is no name for a calendar; it is made of small letters '
                'a-z and digits, with hyphens and underscores between them, 40 at most; write it as "ana"'
            ],
        ),
        (
            MINIMAL.replace("https:", "http:"),
            [
                "config.toml:3:7: error: calendars.ana.url: with http: everyone on the way could read the password; "
                "write https:, or, where you are sure, plain_http = true"
            ],
        ),
        (
            MINIMAL + 'password_env = "A"\npassword_command = "b"\n',
            ["config.toml:5:1: error: calendars.ana.password_env: there is password_command as well; keep one of them"],
        ),
        (
            MINIMAL.replace('username = "ana"\n', ""),
            ["config.toml:1:12: error: calendars.ana: `username` is missing; it is the name you log in with there"],
        ),
        (
            MINIMAL + 'password_command = "pass \'show"\n',
            ["config.toml:5:20: error: calendars.ana.password_command: a quotation mark in this command is not closed"],
        ),
        (
            MINIMAL + "password_command = [1]\n",
            [
                "config.toml:5:20: error: calendars.ana.password_command: a command such as "
                '["pass", "show", "planner"] is meant here, not a list'
            ],
        ),
        (
            "[calendars]\nana = 1\n",
            ["config.toml:2:1: error: calendars.ana: write [calendars.ana] above it, and one key"],
        ),
        (
            '[calendars.g]\nfor = "ana"\nurl = "https://x.example/"\nauth = "oauth2"\nclient_id = "c"\n'
            'authorize_url = "https://x.example/a"\ntoken_url = "http://x.example/t"\n',
            ["config.toml:7:13: error: calendars.g.token_url: with http: everyone on the way could read the login"],
        ),
        ("[calendars.ana\n", ["config.toml:1:15: error: the ] behind the name of this table is missing"]),
    ],
)
def test_what_is_wrong_has_its_place_and_a_remedy(text, said):
    found = problems(text)
    assert len(found) == len(said), found
    for problem, start in zip(found, said, strict=True):
        assert problem.startswith(start)


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2-secret"',
        "password = hunter2-secret",
        'token = "hunter2-secret"',
        'client_secret = "hunter2-secret"',
        'url = "https://ana:hunter2-secret@x.example/"',
        "url = https://ana:hunter2-secret@x.example/",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(line):
    text = MINIMAL.replace('url = "https://x.example/a/"\n', "") if line.startswith("url") else MINIMAL
    found = "\n".join(problems(text + line + "\n"))
    assert "hunter2" not in found
    assert "keyring" in found


def test_addresses():
    for url in ("https://x.example/a/", "http://127.0.0.1:5232/", "https://x.example:8443"):
        assert url_trouble(url) is None
    for url in (
        "x.example",
        "ftp://x.example/",
        "https://",
        "https://x.example:99999/",
        "https://a b/",
        "https://x/?q",
    ):
        assert url_trouble(url), url
    assert is_bare("http://x.example/")
    assert not any(
        is_bare(url) for url in ("https://x.example/", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]/")
    )
    assert is_same_calendar("https://X.example:443/a%40b/c", "https://x.example/a@b/c/")
    assert not is_same_calendar("https://x.example/a/", "https://x.example/b/")


# ── writing ──

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).filter(
    lambda text: text == text.strip()
)
ADDRESSES = st.sampled_from(["https://x.example/a/", "http://127.0.0.1:5232/ana/a/", "https://x.example/a%20b/"])


@given(
    st.builds(
        Account,
        name=st.sampled_from(["ana", "ben", "for-all", "x_1"]),
        audience=st.sampled_from(["ana", "ben", "everyone"]),
        url=ADDRESSES,
        agreement=st.none() | WORDS,
        username=WORDS,
        auth=st.sampled_from(AUTHS),
        password_command=st.just(()) | st.lists(WORDS, min_size=1, max_size=3).map(tuple),
        client_id=WORDS,
        password_env=st.none(),
        client_secret_command=st.just(()),
        client_secret_env=st.none() | WORDS,
        authorize_url=ADDRESSES,
        token_url=ADDRESSES,
        scope=st.none() | WORDS,
        ca_file=st.none() | WORDS,
        profile=st.sampled_from(["generic", "google"]),
        quirks=st.lists(st.sampled_from(["no-etag", "rewrites"]), unique=True).map(tuple),
        plain_http=st.booleans(),
    )
)
def test_what_is_written_is_read_back(account):
    before = accounts_text(None, ANA._replace(name="first"), "c")
    text = accounts_text(before, account, "c")
    assert read_accounts(text, "c") == {"first": ANA._replace(name="first"), account.name: account}
    assert read_accounts(accounts_text(text, account, "c"), "c") == read_accounts(text, "c")
    assert without_account(text, account.name, "c").strip() == before.strip()


def test_all_else_in_the_file_stays():
    before = (
        "# mine\n"
        "[other]\n"
        "x = 1   # one\n"
        "\n"
        "[calendars.ana]  # hers\n"
        'for = "ana"\n'
        'url = "https://old.example/"   # old\n'
        'username = "ana"\n'
        "\n"
        "[calendars.ben]\n"
        'for = "ben"\n'
        'url = "https://x.example/b/"\n'
        'username = "ben"\n'
    )
    text = accounts_text(before.encode(), ANA, "c").decode()
    for line in ("# mine\n", "x = 1   # one\n", "[calendars.ana]  # hers\n", 'url = "https://x.example/b/"\n'):
        assert line in text
    assert list(read_accounts(text.encode(), "c")) == ["ana", "ben"]
    assert without_account(text.encode(), "nobody", "c").decode() == text


def test_a_first_file_says_what_it_is():
    assert accounts_text(None, ANA, "c").decode() == (
        "# The calendars that planner on this machine is connected to. No password ever stands in here.\n"
        "\n"
        "[calendars.ana]\n"
        'for       = "ana"\n'
        'url       = "https://cloud.example.org/dav/ana/"\n'
        'agreement = "quiet-harbor-k3v9"\n'
        'username  = "ana@example.org"\n'
        'auth      = "basic"\n'
    )


# ── files ──


@posix
def test_a_private_file_is_for_nobody_else(tmp_path):
    path = tmp_path / "a" / "b" / "config.toml"
    private_write(str(path), b"one")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    path.chmod(0o644)
    private_write(str(path), b"two", expected=b"one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["config.toml"]


@posix
def test_folders_that_are_there_and_links_stay_as_they_are(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "real.toml").write_bytes(b"one")
    (tmp_path / "config.toml").symlink_to("real.toml")
    private_write(str(tmp_path / "config.toml"), b"two")
    assert (tmp_path / "config.toml").is_symlink()
    assert (tmp_path / "real.toml").read_bytes() == b"two"
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_an_edit_meanwhile_is_not_written_over(tmp_path):
    path = str(tmp_path / "config.toml")
    private_write(path, b"one", expected=b"")
    with pytest.raises(FileTroubleError, match="changed by another program"):
        private_write(path, b"two", expected=b"")
    with pytest.raises(FileTroubleError, match="changed by another program"):
        private_write(path, b"two", expected=b"other")
    assert bytes_of(path) == b"one"
    remove_file(path)
    remove_file(path)
    assert bytes_of(path) is None


def test_where_settings_and_state_are(tmp_path, monkeypatch):
    assert config_path("mine.toml") == "mine.toml"
    assert os.path.basename(config_path(None)) == "config.toml"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == str(tmp_path / "planner")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert os.path.isabs(state_folder())


# ── logging in ──


def login(account, environ=None):
    return login_of(account, environ or {}, KeyringTokens(token_name(account)), now=lambda: 0.0)


def test_a_login_takes_its_password_from_where_the_account_says(ring):
    ring.set_password("planner", "ana@example.org@cloud.example.org", "from-the-ring")
    assert keyring_name(ANA) == "ana@example.org@cloud.example.org"
    assert login(ANA).authorization() == "Basic YW5hQGV4YW1wbGUub3JnOmZyb20tdGhlLXJpbmc="
    variable = ANA._replace(password_env="PW", auth="bearer")
    assert login(variable, {"PW": "token-1"}).authorization() == "Bearer token-1"
    assert login(ANA._replace(auth="none")).authorization() is None
    command = ANA._replace(password_command=("echo", "from a command"))
    assert secret_of(command, {}).reveal() == "from a command"


def test_a_bearer_token_is_asked_for_again_where_it_is_refused(tmp_path):
    count = tmp_path / "count"
    script = f"echo x >> {count}; wc -l < {count} | tr -d ' '"
    account = ANA._replace(auth="bearer", password_command=("sh", "-c", script))
    bearer = login(account)
    assert not count.exists()
    assert [bearer.authorization(), bearer.authorization()] == ["Bearer 1", "Bearer 1"]
    assert bearer.renew()
    assert bearer.authorization() == "Bearer 2"


@pytest.mark.parametrize("text", ["two words", "schlüssel", "line\x07"])
def test_a_token_that_cannot_stand_in_a_header_is_told_and_not_shown(text):
    bearer = login(ANA._replace(auth="bearer", password_env="TOKEN"), {"TOKEN": text})
    with pytest.raises(SecretTrouble, match="what should be the token is none") as caught:
        bearer.authorization()
    assert text not in str(caught.value)


def test_a_missing_password_names_the_command_that_asks_for_it():
    with pytest.raises(SecretTrouble, match="`planner connect ana` asks for it again"):
        login(ANA)
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(
        SecretTrouble, match=r"has no keyring that planner could use.*--password-command.*--password-env"
    ):
        login(ANA)


def test_a_login_shows_no_password(ring):
    ring.set_password("planner", keyring_name(ANA), "hunter2-secret")
    one = login(ANA)
    assert "hunter2" not in f"{one!r} {one} {ANA!r}"
