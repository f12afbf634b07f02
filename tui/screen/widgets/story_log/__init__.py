"""The live story: a pane that shows text as it streams in, at any length, for the same price.

    log = StoryLog(max_text_width=90)
    log.story.open(key, "StorytellerAgent", color=1)    # a heading, a blank row before it
    log.story.append(key, "Once upon a time")           # any section may grow, not only the last
    log.story.finish(key)                               # nothing more will come
    log.story.set_role(key, Role.DRAFT)                 # it was only a draft
    log.story.mark("Second passage")                    # a quiet line between passages
    log.story.text                                      # all of it as plain text
    log.clear()                                         # forget it all, follow again

    log.following                # var: whether the pane keeps to the end (watch it)
    log.follow()                 # go to the end and stay there
    log.settle()                 # draw now what the next frame would draw

    log.raw                      # var: show what was written, not the page that is made of it
    log.folded                   # var: show the story only, no speakers and drafts

    log.search.start("dragon")   # the number of matches; the first from here is shown
    log.search.step(1); log.search.step(-1); log.search.stop()
    log.matches, log.match_number

``color`` picks the colour of the heading (0 the leader, 1.. the members, in order of appearance);
a key that is opened again means the new section. Text is taken as Markdown, and nothing in it
can do more than look like it: no markup, no links to click.
Style it with the component classes in `StoryLog.COMPONENT_CLASSES`.
Give it no border or padding of its own: put those on its parent, that is quicker.
"""

from tui.screen.prose.section import Role
from tui.screen.widgets.story_log.widget import StoryLog

__all__ = ["Role", "StoryLog"]
