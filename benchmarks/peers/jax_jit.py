"""The step in JAX: one jitted function whose parameters are donated, so that they are updated in place."""

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.problem import Array, Net

# A step that is waited for gains nothing from a second thread, and loses a switch to it.
jax.config.update("jax_cpu_enable_async_dispatch", False)


class Jit:
    """`value_and_grad` and the update, compiled together."""

    def __init__(self, net: Net) -> None:
        self.x, self.y = map(jnp.asarray, net.data())
        values = [jnp.array(value) for value in net.parameters()]
        self.parameters = list(zip(values[0::2], values[1::2], strict=True))
        self.loss = jnp.float32(0)

        def cost(parameters, x, y):
            a = x
            for W, b in parameters:
                a = jax.nn.sigmoid(a @ W.T + b)
            penalty = sum(jnp.sum(W * W) for W, _ in parameters)
            return 0.5 / net.batch * jnp.sum((a - y) ** 2) + 0.5 * net.decay * penalty

        def step(parameters, x, y):
            loss, gradients = jax.value_and_grad(cost)(parameters, x, y)
            return loss, jax.tree.map(lambda p, g: p - net.rate * g, parameters, gradients)

        self.compiled = jax.jit(step, donate_argnums=0)

    def step(self) -> object:
        self.loss, self.parameters = jax.block_until_ready(self.compiled(self.parameters, self.x, self.y))
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss), [np.array(value) for pair in self.parameters for value in pair]
