"""The workflows and actions are checked by three programs that are not ours, and by what we promise of them."""

import re
import subprocess
import sys
from pathlib import Path

import check_jsonschema
import pytest
import yaml
from click.testing import CliRunner

from grader.sandbox.bwrap import APPARMOR

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates" / "ci"
WORKFLOWS = [
    *(ROOT / ".github" / "workflows").glob("*.yml"),
    *(TEMPLATES / f"{n}.yml" for n in ("grade", "publish", "grade-private")),
]
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
GITLAB = TEMPLATES / "gitlab.yml"


def run(*words: object, status: int = 0) -> str:
    program = Path(sys.executable).with_name(str(words[0]))
    assert program.exists(), f"{words[0]} is one of the development tools: make setup"
    done = subprocess.run([program, *map(str, words[1:])], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_zizmor_finds_nothing_that_is_not_explained():
    run("zizmor", "--offline", "--no-config", "--no-progress", "--quiet", "--persona", "pedantic", *WORKFLOWS, *ACTIONS)


def test_whatever_zizmor_is_told_to_ignore_has_a_reason():
    ignored = [line for file in (*WORKFLOWS, *ACTIONS) for line in file.read_text().splitlines() if "zizmor:" in line]
    assert len(ignored) == 2
    assert all(re.search(r"# zizmor: ignore\[[a-z-]+\] \w.{20,}", line) for line in ignored)


def test_zizmor_would_tell_what_is_ignored(tmp_path):
    """What is ignored is really there, so the program looks at what we think that it looks at."""
    for name in ("publish", "grade-private"):
        (tmp_path / f"{name}.yml").write_text(re.sub(r"# zizmor:.*", "", (TEMPLATES / f"{name}.yml").read_text()))
        said = run(
            "zizmor", "--offline", "--no-config", "--no-progress", "--quiet", tmp_path / f"{name}.yml", status=14
        )
        assert "dangerous-triggers" in said


@pytest.mark.skipif(sys.platform != "linux", reason="there is no wheel of actionlint")
def test_actionlint_finds_nothing():
    run("actionlint", "-no-color", "-shellcheck=", "-pyflakes=", "-config-file", ".github/actionlint.yaml", *WORKFLOWS)


def test_they_follow_the_published_schemas():
    for schema, files in (
        (["vendor.github-workflows"], WORKFLOWS),
        (["vendor.github-actions"], ACTIONS),
        (["vendor.gitlab-ci", "--data-transform", "gitlab-ci"], [GITLAB]),
    ):
        done = CliRunner().invoke(check_jsonschema.main, ["--builtin-schema", *schema, *map(str, files)])
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: file.parent.name + "/" + file.name)
def test_every_action_is_pinned_by_a_full_hash(file):
    used = re.findall(r"uses: (\S+)", file.read_text())
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in used), used


def test_grading_can_only_read_and_holds_no_credentials():
    workflow = yaml.safe_load((TEMPLATES / "grade.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert "permissions" not in job
    text = (TEMPLATES / "grade.yml").read_text()
    assert "secrets." not in text
    assert "token" not in text.replace("a token that can only read", "")
    checkouts = [step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 2
    assert all(given["persist-credentials"] is False for given in checkouts)
    assert checkouts[0]["ref"] == "${{ github.event.pull_request.base.sha }}"


@pytest.mark.parametrize("name", ["publish", "grade-private"])
def test_who_may_comment_checks_nothing_out_and_runs_no_line_of_its_own(name):
    workflow = yaml.safe_load((TEMPLATES / f"{name}.yml").read_text())
    assert workflow["permissions"] == {}
    job = workflow["jobs"]["publish"]
    assert job["permissions"] == {"actions": "read", "pull-requests": "write"}
    (step,) = job["steps"]
    assert re.fullmatch(r"OWNER/GRADER/\.github/actions/publish@0{40}", step["uses"])


def test_no_step_writes_an_expression_into_a_script():
    for file in (*WORKFLOWS, *ACTIONS):
        data = yaml.safe_load(file.read_text())
        jobs = data["jobs"].values() if "jobs" in data else [data["runs"]]
        for script in (step.get("run", "") for job in jobs for step in job["steps"]):
            assert "${{" not in script, file


def test_publishing_starts_without_tensorflow():
    code = (
        "import sys; import grader.ci.publish, grader.ci.api, grader.commands.ci\n"
        "heavy = {'tensorflow', 'keras', 'nbconvert', 'sqlalchemy'} & set(sys.modules)\nassert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_profile_of_the_action_is_the_one_that_the_grader_advises():
    script = (ROOT / "scripts" / "allow-bwrap.sh").read_text()
    profile = script.partition("<<'PROFILE'\n")[2].partition("PROFILE\n")[0]
    assert profile.replace("\n", r"\n") in APPARMOR


@pytest.mark.parametrize("script", ["allow-bwrap.sh", "install-sandbox.sh", "install-for-ci.sh"])
def test_the_scripts_of_the_actions_are_there_and_valid(script):
    assert any(script in action.read_text() for action in ACTIONS)
    subprocess.run(["bash", "-n", ROOT / "scripts" / script], check=True)


def test_where_nothing_keeps_bubblewrap_from_its_work_nothing_is_changed():
    switch = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if switch.exists() and switch.read_text().strip() == "1":
        pytest.skip("AppArmor restricts namespaces here")
    done = subprocess.run(["sh", ROOT / "scripts" / "allow-bwrap.sh"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
