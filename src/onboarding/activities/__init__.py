"""The only code that acts: begin, settle, visit."""
