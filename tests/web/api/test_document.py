"""The API keeps to its own document, whatever it is asked."""

import os
from collections import defaultdict

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from tests.trials.school_trial import NOON, grant
from tests.web.api.world import token_of
from trials.people.throttle import Limit
from trials.permissions import Role

EXAMPLES = int(os.environ.get("LOTING_TEST_API_EXAMPLES", "5"))  # per operation and phase


@pytest.fixture
def reader(app, session, world, monkeypatch):
    """A token of someone who may read everything, without a limit to how often."""
    app.config["CLOCK"] = lambda: NOON
    monkeypatch.setattr("web.api.tokens.REQUESTS", Limit("api", 10**9))
    grant(session, world.scene, "manager", Role.ANALYST)
    return token_of(session, world.scene.people["manager"])


@pytest.fixture
def run(app, reader):
    """Every event of a run of schemathesis over the document, in-process."""
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", app, config=SchemathesisConfig(seed=20270201)
    )
    schema.config.update(headers={"Authorization": f"Bearer {reader}"})
    schema.config.generation.update(max_examples=EXAMPLES, database="none")
    # its probes cannot be sent in-process; test_tokens asks every operation without a token
    schema.config.checks.update(excluded_check_names=["ignored_auth"])
    return list(from_schema(schema).execute())


def test_no_server_error_and_no_breach_of_the_document(app, run):
    scenarios = [event for event in run if isinstance(event, events.ScenarioFinished)]

    assert [e for e in run if isinstance(e, events.NonFatalError | events.FatalError)] == []
    assert [breach for scenario in scenarios for breach in _breaches(scenario)] == []
    assert {scenario.phase.value for scenario in scenarios} >= {"coverage", "fuzzing", "stateful"}
    answered = _statuses(scenarios)
    assert {label for label, statuses in answered.items() if 200 in statuses} == {
        f"{method.upper()} {path}"
        for path, item in app.extensions["api_document"]["paths"].items()
        for method in item
        if method != "parameters"
    }


def _breaches(scenario):
    for case_id, checks in scenario.recorder.checks.items():
        case = scenario.recorder.cases[case_id].value
        for check in checks:
            if check.status is not Status.SUCCESS and check.failure_info is not None:
                failure = check.failure_info.failure
                yield f"{case.method} {case.formatted_path} {case.query}: {failure}"


def _statuses(scenarios):
    found = defaultdict(set)
    for scenario in scenarios:
        for interaction in scenario.recorder.interactions.values():
            if scenario.label and interaction.response is not None:
                found[scenario.label].add(interaction.response.status_code)
    return found
