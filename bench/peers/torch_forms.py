"""The forms in which PyTorch may run a network; the fastest is found by trial for each case."""
import torch
from torch.nn import functional

LAYOUTS = {"channels last": torch.channels_last, "NCHW": torch.contiguous_format}
INFERENCE = [f"{way}, {layout}" for way in ("optimized for inference", "traced and frozen", "eager") for layout in LAYOUTS]
TRAINING = [f"{way}, {layout}" for way in ("eager", "traced") for layout in LAYOUTS]


def forms(training):
    return TRAINING if training else INFERENCE


def step(model, form, example, training, learning_rate):
    """A function from an array of images, N x C x H x W, and one of labels to an array of logits, or to the loss of a step."""
    way, layout = form.split(", ")
    layout = LAYOUTS[layout]
    model = model.to(memory_format=layout).train(training)
    # The batch stays free; two images are enough to see what the network does.
    example = torch.from_numpy(example[:2]).contiguous(memory_format=layout)
    if way != "eager":
        with torch.set_grad_enabled(training):
            model = torch.jit.trace(model, example, check_trace=False)
            if not training:
                model = torch.jit.freeze(model)
    if way == "optimized for inference":
        model = torch.jit.optimize_for_inference(model)
    return training_step(model, layout, learning_rate) if training else inference(model, layout)


def inference(model, layout):
    def run(images, _):
        with torch.inference_mode():
            return model(torch.from_numpy(images).contiguous(memory_format=layout)).numpy()
    return run


def training_step(model, layout, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), learning_rate, momentum=0.9, weight_decay=1e-4, foreach=True)

    def run(images, labels):
        optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(model(torch.from_numpy(images).contiguous(memory_format=layout)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        return loss.item()
    return run
