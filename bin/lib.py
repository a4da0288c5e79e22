"""Functions shared by the Python scripts in this folder: how they end, and the lines of results.jsonl. Import this file; do not run it.

A line of results.jsonl is one training: scene, setting, seed, workers and what bin/matrix took from metrics.json, or its failure.
"""
import argparse
import dataclasses
import json
import sys

USAGE = 64  # the exit code of bin/splatline for a command line or a file that can't be used
INTERRUPTED = 130


class CannotError(Exception):
    """What can't be done, why, and what to do: a message for the user."""


PlainHelp = argparse.RawDescriptionHelpFormatter  # keeps the lines of a script's description


class ArgumentParser(argparse.ArgumentParser):
    """Ends with the exit code that bin/splatline has for a wrong command line."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"Cannot read the command line: {message}\n")


def say(text):
    """Prints a line on standard error, at once."""
    print(f"splatline: {text}", file=sys.stderr, flush=True)


def run(main):
    """Runs a script's main function and exits with the code that it returns."""
    try:
        sys.exit(main())
    except CannotError as e:
        say(e)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(INTERRUPTED)


@dataclasses.dataclass(frozen=True)
class Spread:
    """The mean of one metric over several trainings, its smallest and its largest value."""

    mean: float
    least: float
    most: float

    @staticmethod
    def of(rows, metric):
        """The spread of a metric; None if a row lacks it or if there are no rows."""
        values = [row.get(metric) for row in rows]
        if not values or None in values:
            return None
        return Spread(sum(values) / len(values), min(values), max(values))


def read_json(path, what):
    """The JSON in a file. `what` names the file in the error."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise CannotError(f"Cannot read {what} {path}: {e}. Name a JSON file that exists") from e


def read_results(path):
    """The lines of a results.jsonl: the latest of each scene, setting and seed, in the order of the first."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as e:
        raise CannotError(f"Cannot read results {path}: {e}. Name a results.jsonl that bin/matrix wrote") from e
    rows = {}
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            rows[row["scene"], row["setting"], row["seed"]] = row
        except (ValueError, KeyError, TypeError) as e:
            raise CannotError(f"Cannot read line {number} of {path}: {e!r}. Delete this line; its training runs again") from e
    return list(rows.values())


def by_scene_and_setting(rows):
    """The rows of each (scene, setting), in the order in which they first occur."""
    groups = {}
    for row in rows:
        groups.setdefault((row["scene"], row["setting"]), []).append(row)
    return groups


def measured(rows):
    """The rows of trainings that ended with metrics."""
    return [row for row in rows if "failure" not in row]


def timed(rows):
    """The rows of trainings that ran alone. Only their seconds and pictures per second can be compared."""
    return [row for row in measured(rows) if row["workers"] == 1]
