from tests.canary import canary

__all__ = ["canary"]
