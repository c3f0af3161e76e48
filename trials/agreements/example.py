"""A complete protocol and analysis plan: reading in pairs, drawn by school.

Tests and demonstration use them. They are also what an evaluator's first draft starts from, so that
no page begins empty.
"""

from typing import Any

PROTOCOL: dict[str, Any] = {
    "question_nl": "Gaan leerlingen beter begrijpend lezen als zij het in tweetallen oefenen?",
    "question_en": "Do pupils comprehend better what they read when they practise in pairs?",
    "unit": "site",
    "size": {
        "sites": 216,
        "pupils_per_site": 19,
        "detectable_effect": 0.13,
        "power": 0.8,
        "icc": 0.22,
        "r2_site": 0.5,
        "r2_pupil": 0.5,
    },
    "eligibility": {
        "sectors": ["bo", "sbo"],
        "grades": ["groep 8"],
        "questions": [
            {
                "key": "runs_other_reading_programme",
                "nl": "Werkt uw school dit jaar al met een ander leesprogramma in tweetallen?",
                "en": "Does your school already run another paired reading programme this year?",
                "must_be": False,
            },
            {
                "key": "tests_twice",
                "nl": "Kunt u alle leerlingen van groep 8 twee keer een leestoets laten maken?",
                "en": "Can all your grade 8 pupils take a reading test twice?",
                "must_be": True,
            },
        ],
    },
    "arms": [
        {
            "label": "controle",
            "title_nl": "Werken zoals u gewend bent",
            "title_en": "Working as you are used to",
            "ratio": 1,
        },
        {
            "label": "samen-lezen",
            "title_nl": "Samen lezen in tweetallen",
            "title_en": "Reading together in pairs",
            "ratio": 1,
        },
    ],
    "draw": {
        "method": "blocked",
        "strata": [
            {
                "code": "size",
                "title_nl": "Grootte",
                "title_en": "Size",
                "source": "pupils",
                "bounds": [20],
                "levels": ["klein", "groot"],
            },
            {
                "code": "denomination",
                "title_nl": "Denominatie",
                "title_en": "Denomination",
                "source": "denomination",
                "bounds": [],
                "levels": [],
            },
        ],
        "covariates": [],
        "acceptance": 1,
        "parties": ["evaluator"],
        "beacon": "voorbeeld",
    },
    "instruments": [
        {
            "code": "language_pre",
            "title_nl": "Taaltoets vooraf",
            "title_en": "Language pre-test",
            "role": "baseline",
            "wave": 1,
            "primary": False,
            "lowest": 0,
            "highest": 60,
            "consent": "objection",
        },
        {
            "code": "language_post",
            "title_nl": "Taaltoets achteraf",
            "title_en": "Language post-test",
            "role": "outcome",
            "wave": 1,
            "primary": True,
            "lowest": 0,
            "highest": 60,
            "consent": "objection",
        },
    ],
    "columns": [
        {
            "code": "pupil",
            "role": "pupil",
            "kind": "text",
            "required": True,
            "levels": [],
            "purpose_nl": "Om de voortoets en de natoets van een leerling bij elkaar te vinden.",
            "purpose_en": "To match the pre-test and the post-test of one pupil.",
        },
        {
            "code": "class",
            "role": "class",
            "kind": "text",
            "required": False,
            "levels": [],
            "purpose_nl": "Omdat leerlingen van een klas op elkaar lijken.",
            "purpose_en": "Because pupils of one class resemble each other.",
        },
        {
            "code": "sex",
            "role": "covariate",
            "kind": "text",
            "required": False,
            "levels": ["0", "1"],
            "purpose_nl": "Om te zien of de aanpak voor jongens en meisjes verschilt.",
            "purpose_en": "To see whether the effect differs between boys and girls.",
        },
        {
            "code": "ses",
            "role": "covariate",
            "kind": "number",
            "required": False,
            "levels": [],
            "purpose_nl": "Om te zien voor wie de aanpak het meest doet.",
            "purpose_en": "To see for whom the intervention does most.",
        },
        {
            "code": "taken_on",
            "role": "taken_on",
            "kind": "date",
            "required": False,
            "levels": [],
            "purpose_nl": "Om te weten of de toets voor of na de loting is gemaakt.",
            "purpose_en": "To know whether the test was taken before or after the draw.",
        },
    ],
    "baseline": "language_pre",
    "components": [
        {"code": "pairing", "title_nl": "Vaste tweetallen", "title_en": "Fixed pairs"},
        {"code": "reading", "title_nl": "Samen hardop lezen", "title_en": "Reading aloud together"},
        {"code": "talking", "title_nl": "Praten over de tekst", "title_en": "Talking about it"},
    ],
    "compliance": {
        "dose": "sessions",
        "threshold": 40,
        "text_nl": "Een school doet mee als een klas ten minste 40 keer heeft gelezen.",
        "text_en": "A school complies when a class has read at least 40 times.",
    },
    "council_right": "consent",
    "hours": {"coordinator": 6, "teacher": 20, "pupil": 2},
    "delivery_from": "2027-08-30",
    "delivery_until": "2028-05-26",
    "retention_until": "2038-08-31",
    "ethics_number": "ETH-2027-014",
    "dpia_reference": "DPIA-2027-03",
    "registry_id": "ISRCTN00000000",
}

PLAN: dict[str, Any] = {
    "outcome": "language_post",
    "wave": 1,
    "secondary": [],
    "design": "cluster",
    "method": "reml",
    "df_method": "kenward-roger",
    "level": 0.95,
    "covariates": ["language_pre"],
    "categorical": [],
    "strata": ["size", "denomination"],
    "subgroups": [
        {"column": "sex", "title_nl": "Jongens en meisjes", "title_en": "Boys and girls"}
    ],
    "smallest_subgroup": 10,
    "compliance": {"dose": "sessions", "threshold": 40},
    "missing": {
        "rule": "complete_cases",
        "above": 0.05,
        "imputations": 0,
        "text_nl": "Leerlingen zonder voortoets of natoets tellen niet mee in het hoofdmodel.",
        "text_en": "Pupils without pre-test or post-test are left out of the main model.",
    },
    "permutations": 0,
    "software": "loting estimate",
}
