"""The fixed words of labels and receipts in Chinese and English, and the words for every code.

A code that has no words is printed as it is: paper issued years ago must come out again, whatever the code list says
today.
"""

from __future__ import annotations

from typing import Literal

from labels.values import Words

Language = Literal["zh", "en", "both"]

NOT_STATED = Words("未说明", "not stated")
FLAGS = {
    "warranty": Words("保修", "WARRANTY"),
    "repeat": Words("返修", "REPEAT"),
    "data": Words("数据", "DATA"),
    "loaner": Words("备机", "LOANER"),
}

ITEMS = {
    "part": Words("备件", "PART"),
    "location": Words("库位", "BIN"),
    "loaner_unit": Words("备机", "LOANER"),
}

ON_THE_BOX = Words("贴在箱外", "PUT THIS ON THE BOX")
SEND_TO = Words("寄往", "Send to")
COMES_UNTIL = Words("有效期至", "Valid until")
PACKING = Words(
    "请垫稳防震。说明书、支架、电源线请留在家中，取出 SIM 卡，先备份数据。",
    "Pad it well. Keep manuals, brackets and power cords at home, remove SIM cards, back up your data.",
)

INTAKE_TITLE = Words("取机凭证", "Intake receipt")
REPAIR_TITLE = Words("维修凭证", "Repair receipt")
BRING_VOUCHER = Words(
    "请凭此凭证取机，取机时收回本凭证。", "Pick-up voucher: bring it to collect the device; it is taken back then."
)
ORDER_NUMBER = Words("维修单号", "Order number")
FOLLOW = Words("扫码查进度", "Scan to follow")
PICK_UP_CODE = Words("查询码", "Code")
PAGE = Words("第 {page} 页，共 {pages} 页", "Page {page} of {pages}")
CONTINUED = Words("（续）", "continued")
PHONE = Words("电话", "Phone")

CUSTOMER = Words("客户", "Customer")
NAME = Words("姓名", "Name")
EMAIL = Words("电子邮箱", "E-mail")
RECEIVED_AT = Words("接收时间", "Received")
RECEIVED_BY = Words("接收人", "Received by")
PROMISED_ON = Words("承诺日期", "Promised for")

DEVICE = Words("设备", "Device")
MAKE = Words("品牌", "Make")
MODEL = Words("型号", "Model")
SERIAL = Words("序列号", "Serial number")
PREVIOUS_ORDER = Words("返修，上次维修单", "Repeat repair of order")
REPAIRS_SO_FAR = Words("累计维修次数", "Repairs so far")

REPORTED_FAULT = Words("故障描述", "Reported fault")
CONDITION = Words("外观", "Condition")
VISIBLE_CONDITION = Words("外观状况", "Visible condition")
ATTACHMENTS = Words("照片及附件", "Photos and files")
OTHER_FAULTS = Words("另外发现的故障", "Other faults seen")

ACCESSORIES = Words("附件", "Accessories")
NO_ACCESSORIES = Words("无附件", "No accessories")
ACCESSORY = Words("名称", "Item")
QUANTITY = Words("数量", "Qty")
DISPOSITION = Words("处置", "Where it is")
RETURNED = Words("归还", "Returned")

REPORT_TITLE = Words("到货清点报告", "Receiving report")
SESSION = Words("清点编号", "Session")
REFERENCE = Words("送货单号", "Reference")
OPENED = Words("开始", "Begun")
CLOSED = Words("结束", "Ended")
STILL_OPEN = Words("仍在清点", "still open")
LISTED = Words("清单数量", "On the list")
NO_LIST = Words("无清单", "no list")
SCANNED = Words("扫描次数", "Scans")
MISSING = Words("未到", "Missing")
SCAN_PLACE = Words("序号", "No.")
SCANNED_CODE = Words("扫描内容", "Scanned")
SCANNED_AT = Words("时间", "Time")
ABOUT = Words("相关", "See")
TAKEN_IN_AS = Words("接收单号", "Taken in as")

DATA = Words("数据", "Data")
HOLDS_DATA = Words("设备存有数据", "Holds data")
BACKED_UP = Words("已备份", "Backed up")
MAY_BE_ERASED = Words("同意清除", "May be erased")
DATA_ACTION = Words("数据处理", "What was done with the data")

WARRANTY = Words("保修", "Warranty")
WARRANTY_STATUS = Words("保修状态", "Warranty")
EVIDENCE = Words("依据", "Evidence")
EXPLAINED = Words("已向客户说明", "Explained to customer")

CHARGES = Words("费用", "Charges")
ESTIMATE = Words("预估费用", "Estimate")
TO_BE_QUOTED = Words("待报价", "to be quoted")
PREAPPROVED = Words("客户预先同意的上限", "Approved in advance up to")
CHARGES_TOLD = Words("已事先告知的费用", "Charges told in advance")
NONE_TOLD = Words("无", "none")
CHARGE_TERMS = Words("收费说明", "Terms")
AMOUNT = Words("金额", "Amount")

LOANER = Words("备机", "Loaner")
LOANER_CODE = Words("编号", "Code")
DUE_ON = Words("应还日期", "Due back")

COLLECTION = Words("取机", "Collection")
UNCOLLECTED = Words("逾期未取", "If it is not collected")

DATES = Words("日期", "Dates")
RESULT = Words("维修结果", "Result")
DIAGNOSIS = Words("检测", "Diagnosis")
FINDINGS = Words("检测结果", "Fault found")
CAUSE = Words("故障原因", "Cause")
TEST_CONDITIONS = Words("测试条件", "How it was tested")
NOT_REPAIRED_REASON = Words("未修复原因", "Why it was not repaired")
SOLUTION = Words("解决方案", "Solution")
REPAIR = Words("维修", "Repair")
WORK_DONE = Words("维修内容", "Work done")
NO_WORK = Words("无", "none")
LABOUR = Words("工时", "Labour")
MINUTES = Words("{count} 分钟", "{count} min")
TECHNICIAN = Words("维修工程师", "Technician")
SUMMARIZED_AT = Words("完成时间", "Completed")

PARTS = Words("更换备件", "Parts")
PART = Words("备件", "Part")
OLD_PART = Words("旧件", "Old part")
NEW_PART = Words("新件", "New part")
IN_WARRANTY = Words("在保", "in warranty")
OUT_OF_WARRANTY = Words("不在保", "out of warranty")
FAULT_SEEN = Words("故障现象", "fault seen")

TESTS = Words("测试", "Tests")
TEST = Words("项目", "Check")
VALUE = Words("数值", "Value")
TEST_RESULT = Words("结果", "Result")
PASSED = Words("通过", "passed")
FAILED = Words("未通过", "failed")

PRICES = Words("费用明细", "Prices")
NOTHING_TO_PAY = Words("无费用", "nothing to pay")
ITEM = Words("项目", "Item")
COVERAGE = Words("承担", "Covered by")
NET = Words("不含税", "Net")
TAX = Words("税额", "Tax")
TOTAL = Words("合计", "Total")
PAID = Words("已付", "Paid")
WAIVED = Words("减免", "Waived")
BALANCE = Words("应付余额", "Balance due")

AFTERWARDS = Words("售后", "Aftercare")
WARRANTY_UNTIL = Words("维修质保至", "Repair warranty until")
ADVICE = Words("使用建议", "Advice")

TO_TICK, TICKED, TO_FILL_IN = "□", "✓", "＿＿＿＿＿＿＿＿"
HAND_OVER = Words("交还", "Hand-over")
RETURNED_AT = Words("交还时间", "Handed back")
HANDED_OVER_BY = Words("交还人", "Handed back by")
SIGNED_BY = Words("签收人", "Signed by")
VOUCHER_RETURNED = Words("取机凭证已收回", "Voucher taken back")
IDENTITY_CHECKED = Words("已核对身份", "Identity checked")
HAND_OVER_NOTE = Words("交还说明", "Note")
COMPLAINT_PHONE = Words("投诉电话", "Complaints")
SIGNATURES = Words("签字", "Signatures")
DEPOT_SIGNATURE = Words("维修站签字", "For the depot")
CUSTOMER_SIGNATURE = Words("客户签字", "Customer")
DATE = Words("日期", "Date")

VERIFICATION = Words("验证", "Verification")
DOCUMENT_NUMBER = Words("凭证编号", "Document number")
EDITION = Words("版次", "Edition")
CHECK_CODE = Words("校验码", "Check code")
HASH = Words("SHA-256", "SHA-256")

YES, NO = Words("是", "yes"), Words("否", "no")

CODES = {
    "identifier": {
        "imei": Words("IMEI", "IMEI"),
        "mac": Words("MAC", "MAC"),
        "asset_tag": Words("资产编号", "Asset tag"),
    },
    "serial_status": {"unreadable": Words("无法辨认", "unreadable"), "none": Words("本类产品无序列号", "bears none")},
    "disposition": {
        "kept_with_device": Words("随机留存", "kept with the device"),
        "sent_home": Words("客户带回", "taken home"),
        "kept_noted": Words("留存并登记", "kept and noted"),
    },
    "warranty": {
        "in_warranty": Words("保修期内", "in warranty"),
        "out_of_warranty": Words("保修期外", "out of warranty"),
        "unknown": Words("待确认", "not yet known"),
    },
    "evidence": {
        "invoice": Words("发票", "invoice"),
        "warranty_card": Words("保修卡", "warranty card"),
        "serial_lookup": Words("序列号查询", "serial lookup"),
        "production_date": Words("生产日期", "production date"),
        "none": Words("无", "none"),
    },
    "verdict": {
        "expected": Words("符合", "Expected"),
        "unexpected": Words("清单外", "Unexpected"),
        "double": Words("重复扫描", "Scanned twice"),
        "already_open": Words("已有未结维修单", "Already open"),
        "look_alike": Words("与清单近似", "Looks like an expected one"),
    },
    "result": {
        "repaired": Words("已修复", "Repaired"),
        "replaced": Words("已换机", "Replaced"),
        "no_fault_found": Words("未发现故障", "No fault found"),
        "beyond_economic_repair": Words("无维修价值", "Beyond economic repair"),
        "not_repaired": Words("未能修复", "Not repaired"),
        "declined": Words("客户放弃维修", "Declined by the customer"),
        "not_our_product": Words("非本公司产品", "Not our product"),
        "cancelled": Words("已取消", "Cancelled"),
    },
    "condition": {
        "new": Words("全新", "new"),
        "good": Words("良好", "good"),
        "refurbished": Words("翻新", "refurbished"),
        "used": Words("二手", "used"),
    },
    "destination": {
        "factory": Words("返厂", "to the factory"),
        "scrap": Words("报废", "scrapped"),
        "customer": Words("交还客户", "given to the customer"),
        "destroyed_for_data": Words("为保护数据已销毁", "destroyed to protect data"),
    },
    "coverage": {
        "warranty": Words("保修", "warranty"),
        "contract": Words("服务合同", "contract"),
        "goodwill": Words("优惠免收", "goodwill"),
        "chargeable": Words("客户自付", "customer"),
    },
    "kind": {
        "part": Words("备件", "Part"),
        "labour": Words("工时", "Labour"),
        "cancellation": Words("取消费", "Cancellation"),
        "loaner_lost": Words("备机遗失", "Loaner lost"),
        "loaner_sold": Words("备机售出", "Loaner sold"),
        "other": Words("其他", "Other"),
    },
    "outcome": {"lost": Words("已丢失", "lost"), "sold": Words("已售出", "sold")},
    "signature": {
        "customer_at_counter": Words("柜台签收", "at the counter"),
        "customer_link": Words("客户链接签收", "by own link"),
    },
    "data_action": {
        "none": Words("未改动", "left untouched"),
        "kept": Words("已保留", "kept"),
        "backed_up": Words("已备份", "backed up"),
        "restored": Words("已恢复", "restored"),
        "erased": Words("已清除", "erased"),
        "destroyed": Words("已销毁", "destroyed"),
    },
}


def word(kind: str, code: str) -> Words:
    """The words for a code of the value classes; a code without words stands for itself."""
    return CODES[kind].get(code, Words(code, code))


def pick(words: Words, language: Language, between: str = " ") -> str:
    """The text in a language; an empty one falls back to the other, and ``both`` says what is alike only once."""
    chinese, english = words.zh or words.en, words.en or words.zh
    if language == "both" and chinese != english:
        return f"{chinese}{between}{english}"
    return english if language == "en" else chinese
