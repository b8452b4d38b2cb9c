"""A recipe of ours as one would write it in PyTorch: the same networks, the same game, made fast.

Covers what `article` and `fast` use: transposed convolutions with batch norm or without, dropout,
the non-saturating loss, R1, Adam, an averaged generator. Used are channels_last, the fused Adam, one
pass over real and fake where nothing forbids it, denormals flushed, and data in memory. `mode`
chooses "eager", "compile" (of the generator and the two losses), "bfloat16" (autocast) or both.
"""

import contextlib
import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gan.config import ModelConfig, Recipe

MODES = ("eager", "compile", "bfloat16", "compile+bfloat16")


def padding(size: int) -> tuple[int, int]:
    """Of a stride-2 layer, so that its picture halves or doubles: (padding, output_padding)."""
    return (size - 1) // 2, (size - 1) % 2 ^ 1


class Generator(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        first, second = config.generator_channels
        sizes = config.generator_kernels
        self.negative_slope = config.negative_slope
        self.dense = nn.Linear(config.z_dim, 7 * 7 * first)
        self.up = nn.ConvTranspose2d(first, second, sizes[0], 2, *padding(sizes[0]))
        self.out = nn.ConvTranspose2d(second, config.channels, sizes[1], 2, *padding(sizes[1]))
        momentum = 1 - config.batch_norm_momentum
        norms = (nn.BatchNorm1d(7 * 7 * first, momentum=momentum), nn.BatchNorm2d(second, momentum=momentum))
        self.norms = nn.ModuleList(norms) if config.batch_norm else (nn.Identity(), nn.Identity())

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        x = F.leaky_relu(self.norms[0](self.dense(z)), self.negative_slope)
        x = x.view(len(z), 7, 7, -1).permute(0, 3, 1, 2)  # channels_last as it stands
        x = F.leaky_relu(self.norms[1](self.up(x)), self.negative_slope)
        return torch.tanh(self.out(x))


class Discriminator(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        first, second = config.discriminator_channels
        self.negative_slope, self.dropout = config.negative_slope, config.dropout
        self.one = nn.Conv2d(config.channels, first, 4, 2, 1)
        self.two = nn.Conv2d(first, second, 4, 2, 1)
        hidden = config.discriminator_hidden
        self.hidden = nn.Linear(49 * second, hidden) if hidden else None
        self.logit = nn.Linear(hidden or 49 * second, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in (self.one, self.two):
            x = F.leaky_relu(layer(x), self.negative_slope)
            x = F.dropout(x, self.dropout) if self.dropout else x
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = F.leaky_relu(self.hidden(x), self.negative_slope) if self.hidden else x
        return self.logit(x)[:, 0]


class Twin:
    """A training run. `run(steps)` trains; `generate(count)` samples from the averaged generator."""

    def __init__(
        self, recipe: Recipe, images: np.ndarray, mode: str = "eager", seed: int = 0, device: str = "cpu"
    ):
        torch.manual_seed(seed)
        torch.set_flush_denormal(True)
        self.train, self.model, self.mode, self.device = recipe.train, recipe.model, mode, device
        layout = {"memory_format": torch.channels_last, "device": device}
        self.generator = Generator(recipe.model).to(**layout)
        self.discriminator = Discriminator(recipe.model).to(**layout)
        for network in (self.generator, self.discriminator):
            self._initialise(network)
        self.average = copy.deepcopy(self.generator)
        betas = (self.train.beta1, self.train.beta2)
        self.adam_g = torch.optim.Adam(
            self.generator.parameters(), self.train.generator_lr, betas, fused=True
        )
        self.adam_d = torch.optim.Adam(
            self.discriminator.parameters(), self.train.discriminator_lr, betas, fused=True
        )
        self.images = torch.from_numpy(images[..., 0]).to(device)  # uint8 [N, 28, 28]
        self.step = 0
        self._generate, self._d_loss, self._g_loss = (
            self.generator,
            self._discriminator_loss,
            self._generator_loss,
        )
        if mode.startswith("compile"):
            self._generate, self._g_loss = torch.compile(self._generate), torch.compile(self._g_loss)
            if not self.train.r1_gamma:  # torch.compile has no second derivatives
                self._d_loss = torch.compile(self._d_loss)

    def _initialise(self, network: nn.Module) -> None:
        for layer in network.modules():
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                nn.init.zeros_(layer.bias)
                if self.model.initializer == "dcgan":
                    nn.init.normal_(layer.weight, 0, 0.02)
                else:
                    nn.init.kaiming_normal_(layer.weight, self.model.negative_slope)

    def _precision(self) -> contextlib.AbstractContextManager:
        if self.mode.endswith("bfloat16"):
            return torch.autocast(self.device, torch.bfloat16)
        return contextlib.nullcontext()

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self._step()

    def _step(self) -> None:
        index = torch.randint(len(self.images), (self.train.batch_size,), device=self.device)
        real = self.images[index][:, None].to(torch.float32) / 127.5 - 1
        z = torch.randn(self.train.batch_size, self.model.z_dim, device=self.device)
        with self._precision():
            fake = self._generate(z)
        self.adam_d.zero_grad()
        with self._precision():
            loss = self._d_loss(real, fake.detach())
        loss.backward()
        self.adam_d.step()

        self.adam_g.zero_grad()
        self.discriminator.requires_grad_(False)
        with self._precision():
            loss = self._g_loss(fake)
        loss.backward()
        self.discriminator.requires_grad_(True)
        self.adam_g.step()
        self._move_average()
        self.step += 1

    def _discriminator_loss(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        if not self.train.r1_gamma:
            real_logits, fake_logits = self.discriminator(torch.cat([real, fake])).float().chunk(2)
            return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
        real_logits = self.discriminator(real.requires_grad_()).float()
        fake_logits = self.discriminator(fake).float()
        (slopes,) = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
        penalty = 0.5 * self.train.r1_gamma * slopes.square().sum((1, 2, 3)).mean()
        return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean() + penalty

    def _generator_loss(self, fake: torch.Tensor) -> torch.Tensor:
        return F.softplus(-self.discriminator(fake).float()).mean()

    @torch.no_grad()
    def _move_average(self) -> None:
        if not self.train.ema_decay:
            self.average = self.generator
            return
        decay = min(self.train.ema_decay, (1 + self.step) / (20 + self.step))
        for old, new in (
            (list(self.average.parameters()), list(self.generator.parameters())),
            (
                [b for b in self.average.buffers() if b.is_floating_point()],
                [b for b in self.generator.buffers() if b.is_floating_point()],
            ),
        ):
            if old:
                torch._foreach_lerp_(old, new, 1 - decay)

    @torch.no_grad()
    def generate(self, count: int) -> np.ndarray:
        """uint8 [count, 28, 28, 1], by the running statistics. Leaves the run's random state alone."""
        self.average.eval()
        randomness = torch.Generator().manual_seed(1)
        z = torch.randn(count, self.model.z_dim, generator=randomness)
        pictures = torch.cat([self.average(part) for part in z.to(self.device).split(1000)]).cpu()
        self.average.train()
        return ((pictures + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
