"""`python -m etl …`: check, load, history, undo, export, grid make, sample."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from etl import messages
from etl.commandline import speak
from etl.console import Steps, history_as_text, report_as_text, use_safe_encoding
from etl.errors import GridError
from etl.schema import LAYERS
from settings import LANGUAGES, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0 when it finished, 1 with one sentence on stderr when it could not, 130 on Ctrl-C."""
    use_safe_encoding()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    steps = Steps(sys.stderr)
    language = _language(arguments)
    try:
        chosen = _parser(language).parse_args(arguments)
        return _run(chosen, _settings(chosen), steps)
    except GridError as error:
        steps.stay(messages.explain(error, language))
        return 1
    except KeyboardInterrupt:
        steps.stay(messages.sentence(("cli_interrupted", {}), language))
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _language(arguments: Sequence[str]) -> str:
    """The language to speak before anything is parsed: as asked for, as set, else Chinese."""
    asked = dict(zip(arguments, [*arguments[1:], ""], strict=True)).get("--language", "")
    if asked in LANGUAGES:
        return asked
    try:
        return Settings.read().language
    except GridError:
        return LANGUAGES[0]


def _settings(chosen: argparse.Namespace) -> Settings:
    given = {"database_url": chosen.database, "language": chosen.language, "place": chosen.place}
    return Settings.read(given)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    language = LANGUAGES[0]

    def error(self, message: str) -> NoReturn:
        values = {"reason": message, "program": self.prog}
        print(messages.sentence(("cli_usage", values), self.language), file=sys.stderr)
        sys.exit(2)


def _parser(language: str) -> argparse.ArgumentParser:
    _Parser.language = language
    speak(language)

    def say(code: str) -> str:
        return messages.sentence((f"cli_help_{code}", {"layers": " ".join(LAYERS)}), language).replace("%", "%%")

    common = _Parser(add_help=False)
    common.add_argument("--database", metavar="URL", help=say("database"))
    common.add_argument("--place", metavar="CODE", help=say("place"))
    common.add_argument("--language", choices=LANGUAGES, help=say("language"))
    parser = _Parser(prog="python -m etl", description=say("etl"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=say(name), description=say(name), parents=[common])

    for name in ("check", "load"):
        one = command(name)
        one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=say("path"))
        one.add_argument("--json", action="store_true", help=say("json"))
    for name in ("history", "undo"):
        command(name).add_argument("--json", action="store_true", help=say("json"))
    export = command("export")
    export.add_argument("layer", metavar="LAYER", help=say("layer"))
    export.add_argument("--format", default="csv", help=say("format"))
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help=say("output"))
    grid = command("grid")
    grid.add_argument("action", choices=["make"])
    grid.add_argument("--size", type=float, default=100.0, metavar="M", help=say("size"))
    grid.add_argument("--json", action="store_true", help=say("json"))
    sample = command("sample")
    sample.add_argument("directory", type=Path, metavar="DIR", help=say("directory"))
    sample.add_argument("--scale", type=float, default=1, help=say("scale"))
    sample.add_argument("--seed", type=int, default=7, help=say("seed"))
    return parser


def _run(chosen: argparse.Namespace, settings: Settings, steps: Steps) -> int:
    # What a command does not need it does not import: `history` answers at once.
    if chosen.command == "sample":
        from etl.sample import write_sample

        made = write_sample(chosen.directory, scale=chosen.scale, seed=chosen.seed, progress=steps)
        steps.clear()
        files = made.get("files", {})
        print(
            messages.sentence(
                ("cli_sample_done", {"files": len(files), "directory": chosen.directory}), settings.language
            )
        )
        return 0
    if chosen.command == "export":
        from etl.export import export

        rows = export(settings, chosen.layer, chosen.format, chosen.output)
        if chosen.output:
            values = {"rows": rows, "path": str(chosen.output)}
            steps.stay(messages.sentence(("cli_export_done", values), settings.language))
        return 0
    if chosen.command == "history":
        return _history(chosen, settings)
    return _write(chosen, settings, steps)


def _write(chosen: argparse.Namespace, settings: Settings, steps: Steps) -> int:
    from etl import load
    from etl.database import connect

    def on_wait() -> None:
        steps.stay(messages.sentence(("waiting_for_other_run", {}), settings.language))

    if chosen.command == "check":
        report = load.check(chosen.paths, settings, progress=steps)
    elif chosen.command == "load":
        report = load.load(chosen.paths, settings, progress=steps, on_wait=on_wait)
    elif chosen.command == "undo":
        report = load.undo(settings, on_wait=on_wait)
    else:
        report = load.make_grid(settings, chosen.size, progress=steps, on_wait=on_wait)
    steps.clear()
    print(_json(report.as_dict()) if chosen.json else report_as_text(report))
    if not chosen.json and (chosen.database or os.environ.get("DATABASE_URL")):
        url = connect(settings.url).url.render_as_string(hide_password=True)
        print(messages.sentence(("cli_other_database", {"url": url}), settings.language))
    return 0


def _history(chosen: argparse.Namespace, settings: Settings) -> int:
    from etl import load
    from etl.database import connect

    runs = load.history(settings)
    if chosen.json:
        print(_json(load.history_as_list(runs)))
    elif runs.empty:
        print(messages.sentence(("cli_no_history", {}), settings.language))
    else:
        places = load.places(connect(settings.url))
        zones = dict(zip(places["code"], places["time_zone"], strict=True))
        print(history_as_text(runs, zones, settings.language))
    return 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.exit(main())
