"""Ask: a message becomes a Question, a Question becomes an Answer.

Understanding (words, areas, times, intents, what was asked before) and answering (one analysis call, its
figures put into sentences of ``words``). Knows nothing of Telegram, SQL or numpy.
"""
