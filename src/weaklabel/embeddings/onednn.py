"""Linear layers computed by oneDNN.

torch computes float32 layers with MKL, which leaves half of what an AMD processor with AVX-512 can do (measured in
docs/decisions/0013-embeddings.md). oneDNN, which torch ships too, does not. Results differ by rounding alone.
"""

from __future__ import annotations

import torch

MODEL_TYPES = frozenset({"bert", "distilbert", "mpnet", "roberta", "xlm-roberta"})
"""transformers' models that call their linear layers, and do not look into them."""


class OneDNNLinear(torch.nn.Module):
    """What takes the place of a float32 torch.nn.Linear, for inference."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self._weight = linear.weight.detach().to_mkldnn()
        self._bias = None if linear.bias is None else linear.bias.detach().to_mkldnn()

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return values · weightᵀ + bias."""
        result: torch.Tensor = torch.ops.aten.mkldnn_linear(values.to_mkldnn(), self._weight, self._bias).to_dense()
        return result


def use_onednn(model: torch.nn.Module, model_type: str) -> None:
    """Let oneDNN compute the linear layers of a model on the CPU, where torch has it and the model is known to fit."""
    has_onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if model_type not in MODEL_TYPES or not has_onednn:
        return
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if type(child) is torch.nn.Linear:
                setattr(module, name, OneDNNLinear(child))
