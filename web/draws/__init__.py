"""Pages of the draw: the ceremony step by step, the public record, the school's own result."""
