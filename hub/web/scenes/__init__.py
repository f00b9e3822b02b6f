"""The pages of scenes: a gallery of what there is, and the editor of one."""
