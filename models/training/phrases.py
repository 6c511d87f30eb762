"""Short chat lines of our own: plain threats, insults and scams, and harmless lines made of the same words.

The collected sets hardly hold a threat or a phishing message said in a reply, and a model that never saw one learns
the words "kill" and "password" only from textbooks. Each harmful pattern has harmless ones beside it.
"""

import itertools
import re

SOURCE = "weir_phrases"

SLOTS = {
    "kin": ["your family", "your kids", "you", "your mother", "all of you", "your friends"],
    "hurt": ["kill", "hurt", "beat", "stab", "shoot", "destroy", "burn", "choke"],
    "find": ["I know where you live", "I will find you", "I am coming for you", "Watch your back", "You can't hide from me"],
    "fool": ["idiot", "moron", "loser", "pig", "piece of trash", "clown", "waste of space", "pathetic coward"],
    "bad": ["worthless", "stupid", "disgusting", "ugly", "useless", "pathetic", "brainless"],
    "group": ["immigrants", "Muslims", "Jews", "gay people", "women", "Black people", "Christians", "refugees"],
    "beast": ["vermin", "animals", "parasites", "a disease", "subhuman", "trash"],
    "bank": ["bank", "account", "parcel delivery", "tax office", "credit card", "wallet"],
    "secret": ["password", "card number and PIN", "one-time code", "social security number", "login details", "seed phrase"],
    "money": ["gift cards", "Bitcoin", "a wire transfer", "a small release fee", "prepaid vouchers"],
    "sum": ["$200", "$500", "$2,000", "€300", "1,000 dollars"],
    "thing": ["process", "server", "thread", "weeds", "lights", "time", "bacteria", "cancer cells", "engine"],
    "hard": ["exam", "workout", "interview", "traffic", "deadline", "stairs", "heat"],
    "past": ["1348", "1793", "1914", "1942", "1994"],
    "event": ["the war", "the massacre", "the genocide", "the uprising", "the siege", "the plague"],
    "drug": ["paracetamol", "morphine", "insulin", "ibuprofen", "fentanyl", "aspirin"],
}

HARMFUL = {
    ("violent_crimes", "harassment"): [
        "{find} and I will {hurt} {kin}.", "If you tell anyone, I will {hurt} {kin}.", "I'm going to {hurt} {kin} tonight.",
        "{find}. You are dead.", "Say that again and I swear I'll {hurt} {kin}.", "Someone should {hurt} {kin}.",
        "Pay me or {kin} will suffer. {find}.",
    ],
    ("harassment",): [
        "You are a {bad} {fool} and nobody likes you.", "Shut up, you {bad} {fool}.", "What a {bad} question, you {fool}.",
        "Honestly, you are the most {bad} {fool} I have ever talked to.", "Nobody would miss you, {fool}.",
        "Go away, {fool}. You are too {bad} to understand.", "Everyone laughs at you behind your back, you {bad} {fool}.",
    ],
    ("hate",): [
        "All {group} are {beast}.", "{group} are {beast} and should be driven out of our country.",
        "We must get rid of {group}, they are {beast}.", "You can never trust {group}, they are all {beast}.",
    ],
    ("fraud_scams",): [
        "Your {bank} has been suspended. Send your {secret} to verify your identity.",
        "Dear customer, your {bank} is locked. Click this link and enter your {secret} within 24 hours.",
        "Congratulations, you have won {sum}! To claim it, pay {money} first.",
        "This is the {bank} security team. Tell me your {secret} now or you will lose {sum}.",
        "Grandma, it's me, I am in jail. Please send {sum} in {money} and tell nobody.",
        "I am a prince and need your help to move {sum}. Send your {secret} and {money}.",
        "Invest {sum} in {money} with us today, guaranteed to triple in a week, no risk.",
    ],
}

HARMLESS = [
    "To kill the {thing}, find it first and then stop it.", "I would {hurt} for a cup of coffee after that {hard}.",
    "That {hard} nearly killed me, but I am proud of you for finishing it.", "You killed it at the {hard}, well done!",
    "How do I kill the {thing} without harming anything else? Start gently.", "The antibiotic kills {thing} within days.",
    "In {past} {event} killed thousands of people, and {group} suffered most.",
    "Historians describe how {group} were persecuted and murdered during {event} of {past}.",
    "'{find},' said the villain in the play, and the audience held its breath.",
    "In chapter three the murderer says he will {hurt} the king; the detective finds the knife.",
    "Never send your {secret} to anyone: your real {bank} will not ask for it by message.",
    "If a message says your {bank} is suspended and asks for {money}, it is a scam. Report it.",
    "To change your {secret}, open the settings of your {bank} and follow the steps.",
    "An overdose of {drug} can damage the liver or stop breathing; call emergency services at once.",
    "The usual dose of {drug} depends on weight and age. Ask your doctor or pharmacist.",
    "Feeling {bad} sometimes is human. You are not {bad}, and talking to a friend can help.",
    "Calling someone a {fool} hurts. Try to say what bothered you instead.",
    "I'm sorry someone called you {bad}. That was unkind, and it is not your fault.",
    "If someone threatens to {hurt} {kin}, keep the messages and call the police.",
    "I can't help with a message that threatens to {hurt} {kin}, but I can help you talk about the conflict.",
    "{group} have lived in this city for centuries and enrich its culture.",
    "It is wrong to say that {group} are {beast}; such words have led to {event} before.",
    "We shoot the photos at noon and {hurt} the {thing} scene after lunch.",
    "The transfer of {sum} from your {bank} arrived, thank you for your order.",
]
PER_PATTERN = 40


def rows():
    for categories, patterns in HARMFUL.items():
        for pattern in patterns:
            yield from (_row(text, 1, list(categories)) for text in _filled(pattern))
    for pattern in HARMLESS:
        yield from (_row(text, 0, []) for text in _filled(pattern))


def _filled(pattern):
    names = re.findall(r"{(\w+)}", pattern)
    fillings = list(itertools.product(*(SLOTS[name] for name in names)))
    for filling in fillings[::max(1, len(fillings) // PER_PATTERN)]:
        text = pattern.format(**dict(zip(names, filling)))
        yield text[0].upper() + text[1:]


def _row(text, label, categories):
    return {
        "source": SOURCE, "license": "Apache-2.0 (our own)", "split": "train", "role": "response", "prompt": None,
        "text": text, "label": label, "categories": categories, "spans": None, "label_quality": "constructed",
    }
