"""The pages of the reading room, one small module each; `contents.py` beside this folder lists them."""
