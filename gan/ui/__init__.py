"""The app: the only part of this package that imports gradio."""

from gan.ui.app import build, launch

__all__ = ["build", "launch"]
