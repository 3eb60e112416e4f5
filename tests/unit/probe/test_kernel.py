"""How the runner speaks with its kernel; tests/conformance tells how it runs notebooks."""

import asyncio

from grader.probe.kernel import _Kernels


def test_nothing_connects_to_the_kernel_but_what_it_has_answered_on(tmp_path, monkeypatch) -> None:
    """The kernel's library ends its process when a notebook has used up the descriptors and a connection comes late."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    async def start_and_look() -> tuple[bool, ...]:
        manager = _Kernels(kernel_name="python3")
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            late = (manager._control_socket, client._control_channel, client._stdin_channel, client._hb_channel)
            return tuple(channel is None for channel in late)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(start_and_look()) == (True, True, True, True)
