"""The settings: where each may come from, which source wins, and what is refused."""

import json
import tomllib
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tui.command.arguments import parse, typed_flags
from tui.command.show_config import config_json, config_text
from tui.config.backend import SERVER
from tui.config.definition import Definition, Group
from tui.config.settings import DEFINITIONS, Settings
from tui.config.sources import load
from tui.errors import UsageError
from tui.system.paths import config_path
from tui.text.secrets import masked_key

KEY = "sk-test-1234567890abcdef"

VALUES: Mapping[str, tuple[str, str, str, str]] = {
    "context_characters": ("1000", "2000", "3000", "4000"),
    "team": ("a:flag", "b:ours", "c:usual", "d:file"),
    "session_id": ("flag", "ours", "usual", "file"),
    "user_id": ("flag", "ours", "usual", "file"),
    "state": ("flag.json", "ours.json", "usual.json", "file.json"),
    "dependencies": ("flag.json", "ours.json", "usual.json", "file.json"),
    "image": ("flag.png", "ours.png", "usual.png", '["file.png"]'),
    "file": ("flag.txt", "ours.txt", "usual.txt", '["file.txt"]'),
    "allow": ("flag", "ours", "usual", '["file"]'),
    "answer": ("x=y", "", "", '{email = "x"}'),
    "model": ("flag", "ours", "usual", "file"),
    "base_url": ("http://flag/v1", "http://ours", "http://usual:1", "https://file/v1"),
    "api": ("chat", "responses", "chat", "responses"),
    "api_key": ("", KEY, "sk-usual-1234567890", ""),
    "local": ("true", "false", "true", "false"),
    "gguf": ("flag.gguf", "ours.gguf", "usual.gguf", "file.gguf"),
    "hf": ("a/flag", "b/ours:Q8_0", "c/usual", "d/file"),
    "temperature": ("0", "0.5", "1.5", "2"),
    "timeout": ("1", "2.5", "3", "4"),
    "auto_cancel": ("0.5", "2", "3", "4"),
    "max_cost": ("0.01", "0.02", "0.03", "4"),
    "probe": ("true", "false", "true", "false"),
    "theme": ("nord", "gruvbox", "dracula", "monokai"),
    "keys": ("", "", "", '{cancel = "x"}'),
    "db": ("flag.db", "ours.db", "usual.db", "file.db"),
}
"""Of settings: a value for a flag, our variable, the usual variable, and the file."""
NUMBERS = ("1", "2", "3", "4")
"""The values of every other setting."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def sources_of(setting: Definition, config: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """Every place the setting may come from, the strongest first: value, name, arguments."""
    flag, ours, usual, in_file = VALUES.get(setting.name, NUMBERS)
    found: list[tuple[str, str, dict[str, Any]]] = []
    if setting.in_flags:
        typed = True if setting.is_switch else [flag] if setting.kind.is_repeated else flag
        found.append((flag, setting.flag, {"flags": {setting.name: typed}}))
    for variable, value in zip(setting.variables, (ours, usual), strict=False):
        found.append((value, variable, {"environment": {variable: value}}))
    if setting.in_file:
        is_bare = in_file[0] in "{[0123456789" or in_file in ("true", "false")
        line = f"{setting.name} = {in_file if is_bare else json.dumps(in_file)}"
        found.append((in_file, str(config), {"config": line}))
    return found


def read(text: str, setting: Definition) -> object:
    match text:
        case _ if "=" in text and setting.name == "answer" and not text.startswith("{"):
            return setting.kind.read_value([text])
        case _ if text.startswith(("{", "[")):
            return setting.kind.read_value(tomllib.loads(f"it = {text}")["it"])
    return setting.kind.read_text(text)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_strongest_source_that_says_something_wins(name: str, config: Path) -> None:
    setting = DEFINITIONS[name]
    sources = sources_of(setting, config)
    assert sources
    for given in product([False, True], repeat=len(sources)):
        chosen = [source for source, is_given in zip(sources, given, strict=True) if is_given]
        flags: dict[str, object] = {}
        # What is there and empty counts as not set.
        environment = dict.fromkeys(setting.variables, " ")
        # Without a server, --model would be refused, and without a team what it is given.
        if name == "model":
            environment["OPENAI_API_KEY"] = KEY
        if setting.group is Group.TEAM:
            environment["STORYTEAM_TEAM"] = "a:team"
        config.write_text("")
        for _, _, arguments in chosen:
            flags |= arguments.get("flags", {})
            environment |= arguments.get("environment", {})
            config.write_text(arguments.get("config", config.read_text()))
        settings = load(flags, environment, config)
        if chosen:
            text, source, _ = chosen[0]
            assert getattr(settings, name) == read(text, setting)
            assert settings.sources[name] == source
        else:
            assert getattr(settings, name) == getattr(Settings(), name)
            assert name not in settings.sources


def test_no_local_beats_the_environment(config: Path) -> None:
    settings = load({"local": False}, {"STORYTEAM_LOCAL": "1", "OPENAI_API_KEY": KEY}, config)
    assert settings.backend is SERVER
    assert settings.sources["local"] == "--no-local"


def test_a_source_that_does_not_count_is_not_looked_at(config: Path) -> None:
    environment = {"STORYTEAM_CONTEXT_CHARACTERS": "many"}
    assert load({"context_characters": "300"}, environment, config).context_characters == 300


def test_the_old_name_of_a_setting_still_works(config: Path) -> None:
    assert load(typed_flags(parse(["--tail", "300"])), {}, config).context_characters == 300
    assert load({}, {"STORYTEAM_TAIL": "400"}, config).context_characters == 400
    config.write_text("tail = 500")
    assert load({}, {}, config).context_characters == 500


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('auto_cancel = "soon"', 'auto_cancel: "soon" is not a positive number of seconds.'),
        ('max_words = "5"', 'max_words: "5" is not a whole number from 1 up.'),
        ("max_words = true", "max_words: true is not a whole number"),
        ("max_words = 1.5", "max_words: '1.5' is not a whole number"),
        ("max_words = 0", "max_words: '0' is not a whole number"),
        ("auto_cancel = true", "auto_cancel: true is not a positive number"),
        ("auto_cancel = inf", "'inf' is not a positive number"),
        ("auto_cancel = [1]", "auto_cancel: a list is not a positive number"),
        ("temperature = 3", "temperature: '3' is not a temperature from 0 to 2."),
        ("context_characters = 199", "is not a number of characters from 200 up."),
        ("model = 5", "model: '5' is not a name."),
        ('model = ""', 'model: "" is not a name.'),
        ("local = 1", "local: '1' is not true or false."),
        ('local = "yes"', 'local: "yes" is not true or false.'),
        ("theme = {a = 1}", "theme: a table is not a name."),
        ('keys = "x"', 'keys: "x" is not a table of keys.'),
        ("keys = {cancel = 1}", "keys: a table is not a table of keys. It has lines like"),
        ('base_url = "localhost:1"', 'base_url: "localhost:1" is not an address. Give one like'),
        ('api = "soap"', 'api: "soap" is not an API. Give responses or chat.'),
        ('team = "x"', 'team: "x" is not the name of a team. Give MODULE:ATTRIBUTE'),
        ("mdoel = 'x'", "there is no setting 'mdoel'. Did you mean 'model'?"),
        ("auto-cancel = 1", "Did you mean 'auto_cancel'?"),
        (
            "colour = 1",
            "there is no setting 'colour'. There are context_characters, team, session_id, ",
        ),
        ("sources = {}", "there is no setting 'sources'."),
        ("api_key = 'sk-secret'", "a key does not belong in a file."),
        ("OPENAI_API_KEY = 'sk-secret'", "a key does not belong in a file."),
        ("model = ", "cannot be read: "),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_name(
    line: str, said: str, config: Path
) -> None:
    config.write_text(line)
    with pytest.raises(UsageError) as caught:
        load({}, {}, config)
    assert said in str(caught.value)
    assert str(config) in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_a_file_that_is_no_text_is_said(config: Path) -> None:
    config.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, config)
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, config.parent)


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("STORYTEAM_AUTO_CANCEL", "nan", "STORYTEAM_AUTO_CANCEL: 'nan' is not a positive number"),
        ("STORYTEAM_LOCAL", "perhaps", "STORYTEAM_LOCAL: 'perhaps' is not true or false."),
        ("OPENAI_BASE_URL", "me:hunter2@host/v1", "OPENAI_BASE_URL: '…@host/v1' is not an address"),
        ("OPENAI_BASE_URL", "ftp://me:hunter2@host", "is not an address"),
        ("STORYTEAM_TEAM", "missing.py:team", "STORYTEAM_TEAM: there is no file missing.py."),
    ],
)
def test_what_is_wrong_in_the_environment_is_said(
    variable: str, text: str, said: str, config: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        load({}, {variable: text}, config)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("sk-proj-1234567890abcdef", "sk-…cdef"),
        ("abcdefghijklmnopqrst", "…qrst"),
        ("sk-short-123456", "…"),
        ("x", "…"),
    ],
)
def test_a_key_is_known_by_its_last_letters_and_a_short_one_not_at_all(
    key: str, shown: str
) -> None:
    assert masked_key(key) == shown


def test_the_configuration_names_each_setting_its_value_and_its_source(config: Path) -> None:
    config.write_text('context_characters = 500\n[keys]\ncancel = "x"\n')
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://me:hunter2@host:1/v1?k=v"}
    settings = load({"auto_cancel": "8"}, environment, config)
    shown = config_text(settings)
    rows = shown.partition("Who writes")[0].splitlines()[1:-1]
    lines = {line.split()[0]: line for line in rows}
    assert list(lines) == list(DEFINITIONS)
    assert lines["auto_cancel"].split()[1:] == ["8", "--auto-cancel"]
    assert lines["api_key"].split()[1:] == ["sk-…cdef", "OPENAI_API_KEY"]
    assert lines["base_url"].split()[1:] == ["http://host:1/v1", "OPENAI_BASE_URL"]
    assert lines["context_characters"].split()[1:] == ["500", str(config)]
    assert lines["keys"].split()[1:] == ["cancel", "=", "x", str(config)]
    assert lines["max_words"].split()[1:] == ["no", "limit", "default"]
    ends = (line.split("  ")[-1].strip() for line in lines.values())
    starts = {line.rindex(end) for line, end in zip(lines.values(), ends, strict=True)}
    assert len(starts) == 1
    assert "gpt-5.2-mini at http://host:1/v1" in shown
    assert "OPENAI_BASE_URL names the server" in shown
    assert "hunter2" not in shown
    assert KEY not in shown


def test_the_configuration_is_json_on_demand(config: Path) -> None:
    facts = json.loads(config_json(load({"gguf": "x.gguf"}, {"OPENAI_API_KEY": KEY}, config)))
    assert set(facts["settings"]) == set(DEFINITIONS)
    assert facts["settings"]["gguf"] == {"value": "x.gguf", "source": "--gguf"}
    assert facts["settings"]["api_key"] == {"value": "sk-…cdef", "source": "OPENAI_API_KEY"}
    assert facts["settings"]["max_cost"] == {"value": None, "source": "default"}
    assert facts["model"] == {
        "label": "x (embedded)",
        "embedded": True,
        "why": "--gguf asks for it",
    }
    assert facts["paths"]["config"] == str(config_path())


@pytest.mark.parametrize(
    ("flags", "environment", "why"),
    [
        ({}, {}, "SmolLM2-135M-Instruct (embedded): there is neither a key"),
        ({"local": True}, {"OPENAI_API_KEY": KEY}, "(embedded): --local asks for it."),
        ({}, {"OPENAI_API_KEY": KEY}, "over the Responses API: OPENAI_API_KEY holds a key"),
        ({}, {"STORYTEAM_TEAM": "mine:team"}, "team mine:team: STORYTEAM_TEAM asks for it."),
        ({"base_url": "http://h/v1", "api": "chat"}, {}, "Chat Completions API: --base-url names"),
    ],
)
def test_the_configuration_says_which_model_writes_and_why(
    flags: dict[str, object], environment: dict[str, str], why: str, config: Path
) -> None:
    assert why in config_text(load(flags, environment, config))


def test_a_model_file_and_a_model_by_name_exclude_each_other(config: Path) -> None:
    config.write_text('hf = "a/b"')
    assert load({"gguf": "x.gguf"}, {}, config).hf is None
    assert load({"hf": "c/d:Q8_0"}, {"STORYTEAM_GGUF": "x.gguf"}, config).gguf is None
    for flags in ({"gguf": "x.gguf", "hf": "a/b"}, {}):
        with pytest.raises(UsageError, match=r"name two models\. Give one of them\."):
            load(flags, {"STORYTEAM_GGUF": "x.gguf"}, config)


@pytest.mark.parametrize(
    "name", ["tiny", "a/b/c", "../b", "a/..", "a--b/c", "a/b:", "a/b:c/d", "https://hf.co/a/b", ""]
)
def test_what_is_no_name_of_a_model_is_refused(config: Path, name: str) -> None:
    with pytest.raises(UsageError, match="Give OWNER/MODEL or OWNER/MODEL:QUANT"):
        load({"hf": name}, {}, config)
