"""A scheduler is spoken to over TLS or not at all, and what it sends cannot make this process run anything."""

import pickle

import dask
import distributed.client
import distributed.protocol.pickle
import pytest

from grader.cluster.connection import _without_code_in_pickles, loads_safely, security_for
from grader.errors import ClusterError

TLS = {"distributed.comm.tls.ca-file": "/ca.pem", "distributed.comm.tls.client.cert": "/own.pem"}


@pytest.mark.parametrize(
    "address", ["tcp://10.1.2.3:8786", "10.1.2.3:8786", "tcp://localhost.evil:8786", "ws://127.0.0.1:8786", "inproc://a:1"]
)  # fmt: skip
def test_what_others_could_read_is_refused(address):
    with pytest.raises(ClusterError, match="for everybody to read") as told:
        security_for(address)
    assert "tls://" in told.value.remedy


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_this_machine_may_be_spoken_to_plainly(address):
    assert security_for(address).require_encryption in (None, False)


@pytest.mark.parametrize("address", ["tls://host", "host", "", "tls://:8786"])
def test_what_is_no_address_is_told(address):
    with pytest.raises(ClusterError, match="no address"):
        security_for(address)


def test_without_certificates_the_settings_are_named():
    with pytest.raises(ClusterError) as told:
        security_for("tls://10.1.2.3:8786")
    assert "DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in str(told.value)


def test_certificates_are_those_of_dask():
    with dask.config.set(TLS):
        security = security_for("tls://10.1.2.3:8786")
    assert security.require_encryption
    assert (security.tls_ca_file, security.tls_client_cert) == ("/ca.pem", "/own.pem")


@pytest.mark.parametrize("value", [b"bytes", "text", 1.5, None, {"a": [1, (2, {3})]}, bytes])
def test_plain_values_come_through(value):
    assert loads_safely(pickle.dumps(value)) == value


class Evil:
    def __reduce__(self):
        return (print, ("owned",))


@pytest.mark.parametrize("value", [Evil(), {"deep": [Evil()]}, OSError("x"), print])
def test_nothing_that_could_be_called_comes_through(value, capsys):
    with pytest.raises(TypeError, match="names"):
        loads_safely(pickle.dumps(value))
    assert not capsys.readouterr().out


def test_dask_unpickles_safely_as_long_as_we_are_connected_and_no_longer(capsys):
    evil = pickle.dumps(Evil())
    with _without_code_in_pickles():
        for module in (distributed.protocol.pickle, distributed.client.pickle):
            with pytest.raises(TypeError):
                module.loads(evil)
        with pytest.raises(TypeError):
            distributed.client.loads(evil)
        assert distributed.client.loads(distributed.client.dumps({"a": b"b"})) == {"a": b"b"}
    assert not capsys.readouterr().out
    assert distributed.client.loads(evil) is None
    assert capsys.readouterr().out == "owned\n"
