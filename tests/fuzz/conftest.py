"""How much is tried: a few seconds for each target in the ordinary run, far more by `make fuzz`."""

import os

from hypothesis import HealthCheck, Phase, settings

QUIET = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.function_scoped_fixture,
)

# Derandomized, so that the ordinary run tries the same on every machine; the long one looks further each time.
settings.register_profile("bounded", max_examples=int(os.environ.get("FUZZ_EXAMPLES", "30")), deadline=None, derandomize=True, database=None,  # noqa: E501
                          phases=[Phase.explicit, Phase.generate],
                          suppress_health_check=QUIET)  # fmt: skip
settings.register_profile("long", max_examples=int(os.environ.get("FUZZ_EXAMPLES", "5000")), deadline=None,
                          phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
                          print_blob=True, suppress_health_check=QUIET)  # fmt: skip
settings.load_profile(os.environ.get("FUZZ_PROFILE", "bounded"))
