"""The pretrained bases that a course can choose from: where their weights are to be had, and where it cuts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["BASES", "Base", "BaseName"]

BaseName = Literal["shipped", "inception_v3", "vgg16"]
KERAS = "https://storage.googleapis.com/tensorflow/keras-applications"


@dataclass(frozen=True)
class Base:
    """A convolutional network, without its top, whose weights are in a file."""

    name: BaseName
    title: str
    """As its architecture is called in Keras, or here."""
    file: str
    """Name of the weights file."""
    cut: str
    """The layer at whose output the course cuts it."""
    algorithm: Literal["sha256", "md5"]
    """Of the checksum: Keras itself publishes MD5 for its own files."""
    digest: str
    """Checksum of the weights file, in hex."""
    url: str = ""
    """Where the weights are to be had; empty for what ships."""
    size: int = 0
    """Bytes of the weights file, as published."""

    @property
    def inside(self) -> str:
        """Path in the sandbox, which is where the notebooks of the public course download the weights to."""
        return f"/tmp/{self.file}"  # noqa: S108

    @property
    def links(self) -> tuple[str, ...]:
        """Paths within the folder in which notebooks run, where they look for the weights as well."""
        return (self.file, f"model/{self.file}")


BASES: Mapping[str, Base] = {
    base.name: base
    for base in (
        Base(
            "shipped",
            "SmallInception",
            "small_inception.weights.h5",
            cut="mixed4",
            algorithm="sha256",
            digest="35d5efe1854af8ca41659f8c32ed7f2b01f290cb19c73af9eae0cc98dbc4f1ff",
        ),
        Base(
            "inception_v3",
            "InceptionV3",
            "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
            cut="mixed7",
            algorithm="md5",
            digest="bcbd6486424b2319ff4ef7d526e38f63",
            url=f"{KERAS}/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
            size=87_910_968,
        ),
        Base(
            "vgg16",
            "VGG16",
            "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
            cut="block4_pool",
            algorithm="md5",
            digest="6d6bbae143d832006294945121d1f1fc",
            url=f"{KERAS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
            size=58_889_256,
        ),
    )
}
