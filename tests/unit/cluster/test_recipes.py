"""The recipes of docs/cluster.md hold together: what they name is there, and what they give to Dask it takes."""

import ast
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

ROOT = Path(__file__).parents[3]
RECIPES = ROOT / "docs" / "recipes"
COMMANDS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def kubernetes() -> list[dict]:
    return list(yaml.safe_load_all((RECIPES / "kubernetes.yaml").read_text()))


def test_every_option_of_a_dask_command_is_one():
    page = (ROOT / "docs" / "cluster.md").read_text().splitlines()
    lines = [line.split()[1:] for line in page if line.startswith("dask ")]
    workloads = [one["spec"]["template"]["spec"] for one in kubernetes() if one["kind"] == "Deployment"]
    lines += [[str(word) for word in pod["containers"][0]["command"]][1:] for pod in workloads]
    assert len(lines) == 4
    for what, *words in lines:
        said = {word for word in words if word.startswith("--")}
        assert said <= options(COMMANDS[what])
        assert "--protocol" in said


def test_kubernetes_parts_fit_together():
    parts = {(one["kind"], one["metadata"]["name"]): one for one in kubernetes()}
    settings = parts["ConfigMap", "grader-dask"]["data"]
    assert settings["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"] == "True"
    service = parts["Service", "grader-scheduler"]["spec"]
    for name in ("grader-scheduler", "grader-workers"):
        template = parts["Deployment", name]["spec"]["template"]
        pod, labels = template["spec"], template["metadata"]["labels"]
        assert parts["Deployment", name]["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert (service["selector"].items() <= labels.items()) == (name == "grader-scheduler")
        (container,) = pod["containers"]
        assert container["envFrom"] == [{"configMapRef": {"name": "grader-dask"}}]
        mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert {path.rpartition("/")[0] for path in settings.values() if path.startswith("/")} <= mounted
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert (
        "tls://grader-scheduler:8786"
        in parts["Deployment", "grader-workers"]["spec"]["template"]["spec"]["containers"][0]["command"]
    )


def test_the_python_recipe_is_python_and_gives_the_address_to_the_grader():
    tree = ast.parse((RECIPES / "slurm.py").read_text())
    assert {"--cluster", "tls://"} <= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the recipe asks for openssl, which is not installed")
def test_certificates_of_the_recipe_are_good_for_tls_and_named_by_the_settings(tmp_path):
    folder = tmp_path / "with blank"
    subprocess.run(["sh", RECIPES / "certificates.sh", folder], check=True, capture_output=True)
    assert sorted(path.name for path in folder.iterdir()) == ["ca.pem", "cert.pem", "key.pem"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    shell = f'CERTIFICATES="{folder}"; . "{RECIPES / "settings.sh"}"; env'
    said = subprocess.run(
        ["sh", "-ec", shell], check=True, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    found = dict(line.split("=", 1) for line in said.stdout.splitlines() if line.startswith("DASK_"))
    (config,) = (one["data"] for one in kubernetes() if one["kind"] == "ConfigMap")
    assert found.keys() == config.keys()
    for name, value in found.items():
        assert value == config[name].replace("/tls", str(folder))
