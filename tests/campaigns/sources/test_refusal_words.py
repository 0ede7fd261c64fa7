"""What a person reads when a source's answer cannot be used."""

from campaigns.sources.refusal import PayloadRefused, SourceUnavailable, in_words


def test_a_person_reads_the_sentence_without_the_code() -> None:
    refused = PayloadRefused("NOT_JSON", "svaret er en nettside, ikke tall.")

    assert in_words(refused) == "Svaret er en nettside, ikke tall."
    assert "NOT_JSON" in str(refused)


def test_other_errors_are_sentences_already() -> None:
    assert in_words(SourceUnavailable("Kilden svarte ikke.")) == "Kilden svarte ikke."
