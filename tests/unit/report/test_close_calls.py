"""Results that chance could have decided, as students and staff are told of them; and what the run's card says."""

from grader.observation import Conditions, Machine, Training
from grader.report import class_page, student_page
from grader.report.close_calls import close_call, close_calls
from grader.report.elsewhere import machine_rows
from grader.scorecard import Outcome

NEAR = {"borderline": True, "near": [0.75], "runs": ["302 of 400"]}
MACHINE = Machine(
    processor="A Chip", architecture="x86_64", instructions=("avx2",), threads={"OMP_NUM_THREADS": "1"},
    deterministic=True,
)  # fmt: skip


def with_evidence(make_verdict, **evidence):
    return make_verdict("accuracy", Outcome.PASSED).model_copy(update={"evidence": evidence})


def test_a_clear_result_needs_no_word(make_verdict):
    assert close_call(make_verdict("accuracy", Outcome.PASSED)) == ""
    assert close_call(with_evidence(make_verdict, borderline=False, runs=["390 of 400"])) == ""


def test_a_result_close_to_the_line_says_so_kindly(make_verdict):
    said = close_call(with_evidence(make_verdict, **NEAR))
    assert said.startswith("This is close to 75%: on other images it could have come out on the other side")


def test_several_runs_are_told_with_what_each_counted(make_verdict):
    runs = ["302 of 400", "290 of 400", "310 of 400"]
    said = close_call(with_evidence(make_verdict, borderline=False, near=[], runs=runs))
    assert "we ran your notebook 2 more times with other seeds" in said
    assert "302 of 400; 290 of 400; 310 of 400" in said
    assert "still close" not in said
    assert "still close" in close_call(with_evidence(make_verdict, **{**NEAR, "runs": runs[:2]}))
    assert "once more" in close_call(with_evidence(make_verdict, **{**NEAR, "runs": runs[:2]}))


def test_both_pages_show_it(pages, make_scores, make_card, make_verdict, read):
    card = make_card("alice", with_evidence(make_verdict, **NEAR), make_verdict("other", Outcome.PASSED))
    assert len(close_calls(card)) == 1
    own = read(student_page.render(card, pages, assignment="week1", max_score=30, seen=None)).words
    assert "Close call This is close to 75%" in own
    assert "Close calls 1 alice" in read(class_page.render(make_scores(card), pages)).words


def test_the_card_of_the_run_names_what_could_make_a_score_differ(pages, make_card, make_observations, read):
    seen = make_observations("x", conditions=Conditions(machine=MACHINE))
    said = read(student_page.render(make_card("alice"), pages, assignment="w", max_score=30, seen=seen)).words
    assert "Processor A Chip, x86_64, with avx2" in said
    assert "Threads one thread for each sum, ops that give the same result each time" in said
    assert "Could differ elsewhere Another kind of processor" in said


def test_training_that_its_seconds_ended_could_go_further_elsewhere():
    rows = dict(machine_rows(Conditions(machine=MACHINE), Training(steps=9, stopped="seconds", limit=50)))
    assert "a faster processor gets further" in rows["Could differ elsewhere"]
    assert machine_rows(Conditions(), None) == []
    many = Machine(threads={"OMP_NUM_THREADS": "4"})
    assert dict(machine_rows(Conditions(machine=many), None))["Threads"] == "OMP_NUM_THREADS 4"
