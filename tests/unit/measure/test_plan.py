import json

from grader.course import Limits
from grader.measure.plan import make_plan
from grader.rubric import Rubric


def test_the_plan_names_functions_and_shares_and_no_points_or_thresholds(challenge):
    rubric = Rubric.model_validate(
        {
            "title": "Week 1",
            "functions": [{"name": "split_data", "role": "split"}],
            "image_shape": (150, 150, 3),
            "criteria": [
                {
                    "id": "secret",
                    "check": "holdout_accuracy",
                    "title": "t",
                    "points": 17,
                    "parameters": {"minimum": 0.83},
                }
            ],
        }
    )
    plan = make_plan(rubric, Limits(run_seconds=200), challenge)

    assert plan["functions"] == [{"name": "split_data", "role": "split", "replaces": []}]
    assert plan["splits"] == [{"name": "split-a", "share": 0.75}, {"name": "split-b", "share": 0.6}]
    assert plan["offered"] == 20
    assert plan["step_seconds"] < plan["probe_seconds"] < plan["run_seconds"]
    text = json.dumps(plan)
    assert "17" not in text
    assert "0.83" not in text
    assert str(challenge.seed) not in text
