"""ODK Collect's engine under the name that tests call it by; it lives in ``forms.phone_engine``."""

from forms.phone_engine import Engine, LoadedForm, engine
from forms.phone_filling import FormError, NeverAskedError, RefusedError

__all__ = ["Engine", "FormError", "LoadedForm", "NeverAskedError", "RefusedError", "engine"]
