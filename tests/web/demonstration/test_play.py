"""The demonstration says the same each time, and survives being killed at any moment."""

import multiprocessing
import os
import random
import re
import signal
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from migrations.runner import upgrade
from trials.database import make_engine
from web.demonstration.play import play
from web.demonstration.trials import PUBLISHED

SMALL = replace(PUBLISHED, schools_wanted=12, schools_signed=12)
RANDOM = {"outbox": {"message_id"}}  # columns that differ from run to run
ASKED_AGAIN = {"identity_proof", "attempt"}  # a proof that was not used is asked for once more


class Player:
    """The demonstration in a process of its own, forked so that nothing is imported again."""

    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        self.process = multiprocessing.get_context("fork").Process(
            target=_play_into, args=(folder, reading, writing)
        )
        self.process.start()
        os.close(writing)
        self.said = os.fdopen(reading, encoding="utf-8")

    def kill(self) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        self.said.close()


def _play_into(folder: Path, reading: int, writing: int) -> None:
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as said:
        engine = make_engine(f"sqlite:///{folder}/loting.sqlite")
        upgrade(engine)
        play(engine, lambda line: print(line, file=said, flush=True), trials=(SMALL,), files=())


def play_out(folder: Path) -> list[str]:
    player = Player(folder)
    lines = player.said.read().splitlines()
    player.process.join()
    assert player.process.exitcode == 0
    return lines


def killed_after(folder: Path, number: int) -> list[str]:
    """Play until this many lines are said, then kill without warning."""
    player = Player(folder)
    lines = [player.said.readline().rstrip("\n") for _ in range(number)]
    player.kill()
    return lines


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, random identifiers of mails left out."""
    engine = create_engine(f"sqlite:///{folder}/loting.sqlite")
    found = {}
    for table in sorted(set(inspect(engine).get_table_names()) - ASKED_AGAIN):
        left_out = RANDOM.get(table, set())
        columns = [c["name"] for c in inspect(engine).get_columns(table)]
        kept = ", ".join(f'"{name}"' for name in columns if name not in left_out)
        found[table] = _rows(engine, f'SELECT {kept} FROM "{table}" ORDER BY 1')
    engine.dispose()
    return found


def _rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    import_module("linearmodels")  # here, or each process that estimates takes a second for it
    folder = tmp_path_factory.mktemp("whole")
    return play_out(folder), folder


def test_it_ends_with_the_estimate_and_its_interval(whole: tuple[list[str], Path]) -> None:
    said, _ = whole

    assert said[-4].startswith("Reading together in pairs: effect ")
    assert said[-3].startswith("  95% interval ")
    assert said[-1].startswith("The audit chain holds over ")


def test_every_step_of_the_life_is_told_with_who_did_it(whole: tuple[list[str], Path]) -> None:
    said, _ = whole
    steps = [line for line in said if re.match(r" {2}[ \d]\d {2}\S", line)]

    assert [int(line[:4]) for line in steps] == sorted(int(line[:4]) for line in steps)
    assert {int(line[:4]) for line in steps} == set(range(1, 17))
    assert all(line.endswith(")") for line in steps)


def test_it_says_the_same_from_scratch_and_again(
    whole: tuple[list[str], Path], tmp_path: Path
) -> None:
    said, folder = whole

    assert play_out(folder) == said
    assert play_out(tmp_path) == said
    assert contents(tmp_path) == contents(folder)


def test_killed_between_any_two_steps_it_goes_on_where_it_was(
    whole: tuple[list[str], Path], tmp_path: Path
) -> None:
    """Each process does one step more than the one before and is killed after it."""
    said, folder = whole

    for lines in range(1, len(said)):
        assert killed_after(tmp_path, lines) == said[:lines]

    assert play_out(tmp_path) == said
    assert contents(tmp_path) == contents(folder)


def test_killed_at_ten_random_moments_it_loses_and_repeats_nothing(
    whole: tuple[list[str], Path], tmp_path: Path
) -> None:
    said, folder = whole
    rng = random.Random(20270308)

    for _ in range(10):
        player = Player(tmp_path)
        time.sleep(0.2 + rng.random())
        player.kill()

    assert play_out(tmp_path) == said
    assert contents(tmp_path) == contents(folder)
