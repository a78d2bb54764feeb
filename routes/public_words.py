"""The words of the customer's page in Chinese and English: what each state means to them, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping

from models import Stage, State

Words = Mapping[str, str]

STAGES: Mapping[Stage, Words] = {
    Stage.RECEIVE: {"zh": "接收", "en": "Received"},
    Stage.INSPECT: {"zh": "检测", "en": "Inspection"},
    Stage.REPAIR: {"zh": "维修", "en": "Repair"},
    Stage.SUMMARIZE: {"zh": "交还", "en": "Hand-over"},
}

STATES: Mapping[State, Words] = {
    State.ANNOUNCED: {"zh": "已登记，等待设备送达", "en": "Announced: your device is not here yet"},
    State.RECEIVED: {"zh": "设备已接收", "en": "Your device is here"},
    State.INSPECTING: {"zh": "正在检测", "en": "Your device is being inspected"},
    State.AWAITING_APPROVAL: {"zh": "等待您答复报价", "en": "The quote awaits your answer"},
    State.APPROVED: {"zh": "即将开始维修", "en": "The repair is about to begin"},
    State.AWAITING_PARTS: {"zh": "等待备件到货", "en": "A spare part is on its way to us"},
    State.REPAIRING: {"zh": "正在维修", "en": "Your device is being repaired"},
    State.TESTING: {"zh": "正在测试", "en": "Your device is being tested"},
    State.SUMMARIZING: {"zh": "正在整理维修记录", "en": "The work is done; its record is being written"},
    State.READY: {"zh": "可以取机", "en": "Ready to be collected"},
    State.UNCLAIMED: {"zh": "等待取机，已过约定时间", "en": "Still waiting to be collected"},
    State.RETURNED: {"zh": "设备已交还", "en": "Handed back to you"},
    State.DISPOSED: {"zh": "设备已处置", "en": "Disposed of"},
    State.REFUSED: {"zh": "未能接收", "en": "Not accepted"},
    State.CANCELLED: {"zh": "已取消", "en": "Cancelled"},
}

NEXT: Mapping[State, Words] = {
    State.ANNOUNCED: {
        "zh": "请将设备送来或寄来，并在包装上注明维修单号。",
        "en": "Bring or send the device, with the order number on the box.",
    },
    State.RECEIVED: {"zh": "下一步由工程师检测。", "en": "Next, a technician inspects it."},
    State.INSPECTING: {
        "zh": "检测后，我们会把结果或报价告诉您。",
        "en": "Next, we tell you what we found, or send you a quote.",
    },
    State.AWAITING_APPROVAL: {
        "zh": "请与我们联系，同意或谢绝这份报价；在此之前不会维修。",
        "en": "Call us to approve or decline it; nothing is repaired before.",
    },
    State.APPROVED: {"zh": "下一步开始维修。", "en": "Next, the repair begins."},
    State.AWAITING_PARTS: {"zh": "备件到货后马上继续维修。", "en": "The repair goes on as soon as the part is here."},
    State.REPAIRING: {"zh": "下一步进行测试。", "en": "Next, the device is tested."},
    State.TESTING: {"zh": "测试通过后即可准备交还。", "en": "Once it passes, it is made ready for you."},
    State.SUMMARIZING: {"zh": "准备好后我们会通知您。", "en": "We tell you as soon as it is ready."},
    State.READY: {"zh": "请带取机凭证来取机。", "en": "Collect it, and bring the pick-up voucher."},
    State.UNCLAIMED: {"zh": "请尽快带取机凭证来取机。", "en": "Collect it soon, and bring the pick-up voucher."},
}
"""What comes next; nothing after the end."""

WORDS: Mapping[str, Words] = {
    "title": {"zh": "维修进度", "en": "Your repair"},
    "number": {"zh": "维修单号", "en": "Order number"},
    "code": {"zh": "查询码", "en": "Code"},
    "look": {"zh": "查询", "en": "Show"},
    "where": {"zh": "单号和查询码都印在取机凭证上。", "en": "Both are printed on your pick-up voucher."},
    "wrong": {
        "zh": "单号与查询码不符。请照取机凭证再输入一次。",
        "en": "This number and this code do not belong together. Type them once more as the voucher has them.",
    },
    "too_many": {
        "zh": "输错次数过多，请稍后再试，或致电维修站。",
        "en": "Too many wrong codes. Try again later, or call the depot.",
    },
    "trouble": {
        "zh": "暂时无法查询，请稍后再试。",
        "en": "This cannot be shown just now. Try again in a minute.",
    },
    "device": {"zh": "设备", "en": "Device"},
    "announced_until": {"zh": "登记有效期至", "en": "Please send it by"},
    "promised": {"zh": "承诺日期", "en": "Promised for"},
    "to_decide": {"zh": "报价", "en": "Quote"},
    "valid_until": {"zh": "有效期至", "en": "Valid until"},
    "to_pay": {"zh": "取机时应付", "en": "To pay when you collect it"},
    "lent": {"zh": "请带回备机", "en": "Bring back the loaner unit"},
    "due": {"zh": "归还日期", "en": "Due"},
    "ended": {"zh": "结束日期", "en": "Ended on"},
    "result": {"zh": "结果", "en": "Result"},
    "warranty": {"zh": "维修保修至", "en": "Repair warranty until"},
    "contact": {"zh": "联系我们", "en": "Reach us"},
    "other": {"zh": "English", "en": "中文"},
}


def in_language(words: Words, language: str) -> str:
    """Words in a language, or in the other one where these are missing."""
    return words.get(language) or next((text for text in words.values() if text), "")
