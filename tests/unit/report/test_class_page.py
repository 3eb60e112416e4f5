from grader.observation import RunStatus
from grader.report.class_page import render
from grader.report.pages import Pages
from grader.scorecard import Outcome, RunSummary, Scores
from grader.similarity import Pair


def test_the_class_is_counted(pages: Pages, make_scores, make_card, make_verdict, read):
    full = make_card("carol", make_verdict("split"), make_verdict("loss"))
    held = make_card("dave", make_verdict("split", Outcome.ERRORED))
    text = read(render(make_scores(make_card(), make_card("bob"), full, held), pages)).words
    assert "Submissions 4 Median score 15 of 30 Full marks 1 Held, our fault 1" in text
    assert "27 to 30 1" in text
    assert "15 to 18 2" in text


def test_a_pass_rate_leaves_out_what_we_could_not_judge(pages: Pages, make_scores, make_card, make_verdict, read):
    held = make_card("dave", make_verdict("loss", Outcome.ERRORED))
    text = read(render(make_scores(make_card(), held), pages)).words
    assert "1 The loss fits 1 of 1 \u2013 too few to tell 2 The loss fits 0 of 1 \u2013 too few to tell" in text


def test_each_student_has_a_link_and_a_word_for_every_criterion(pages: Pages, make_scores, make_card, read):
    page = read(render(make_scores(make_card("Zoë Ö")), pages))
    assert "Zo%C3%AB%20%C3%96.html" in [a["href"] for a in page.of("a")]
    assert "Zoë Ö 15 ok passed failed" in page.words


def test_common_mistakes_are_grouped_by_what_the_judge_calls_them(
    pages: Pages, make_scores, make_card, make_verdict, read
):
    def wrong(student: str, code: str, outcome: Outcome = Outcome.FAILED):
        return make_card(student, make_verdict("loss", outcome, evidence={"code": code}))

    cards = [wrong(f"s{n}", "softmax-one-unit") for n in range(8)]
    cards += [wrong("t1", "mean-squared"), wrong("t2", "passed", Outcome.PASSED), wrong("t3", "x", Outcome.SKIPPED)]
    text = read(render(make_scores(*cards), pages)).words
    assert "8 The loss fits: softmax one unit Use binary cross-entropy. s0, s1, s2, s3, s4, s5 and 2 more" in text
    assert "1 The loss fits: mean squared" in text
    assert ": passed" not in text


def test_pairs_with_code_in_common_are_a_pointer(pages: Pages, make_scores, make_card, read):
    pair = Pair("alice", "bob", 0.62, 31, frozenset(), frozenset())
    page = read(render(make_scores(make_card(), make_card("bob")), pages, similar=[pair]))
    assert "A pointer, never a verdict" in page.words
    assert "alice and bob" in page.words
    assert "62% 31" in page.words
    assert "similar/001.html" in [a["href"] for a in page.of("a")]


def test_there_is_no_script_where_there_is_no_table(pages: Pages, read):
    assert not read(render(Scores(assignment="week1", max_score=30, submissions=()), pages)).of("script")


def test_runs_to_look_at_are_listed(pages: Pages, make_scores, make_card, make_verdict, read):
    cards = [make_card(f"s{n}") for n in range(5)]
    slow = make_card("slow", run=RunSummary(status=RunStatus.OK, seconds=300))
    stopped = make_card("stopped", status=RunStatus.TIMEOUT, message="It took 420 seconds.")
    held = make_card("held", make_verdict("x", Outcome.ERRORED, feedback="no sandbox"))
    text = read(render(make_scores(*cards, slow, stopped, held), pages)).words
    assert "Held, our fault 1 held x: no sandbox" in text
    assert "Did not run through 1 stopped It took 420 seconds." in text
    assert "Slow 1 slow 300 s; the median is 12 s" in text


def test_a_quiet_class_has_no_runs_to_look_at(pages: Pages, make_scores, make_card, read):
    assert "Runs to look at" not in read(render(make_scores(make_card()), pages)).text


def test_an_empty_class_is_said(pages: Pages, read):
    text = read(render(Scores(assignment="week1", max_score=30, submissions=()), pages)).words
    assert "No submissions yet." in text


def test_a_large_class_has_a_row_for_everyone(pages: Pages, make_scores, make_card, make_verdict):
    verdicts = [make_verdict(f"c{n}") for n in range(14)]
    scores = make_scores(*(make_card(f"s{n}", *verdicts) for n in range(2000)), max_score=210)
    page = render(scores, pages)
    assert page.count('<th scope=row><a href="s') == 2000
    assert len(page) < 2000 * 600
