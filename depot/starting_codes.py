"""The codes that a new depot starts with: what technicians see, find and do, in the words they use.

Attributions are fixed: figures and the rules about who pays stand on them. The other tables grow as the manager likes;
``other`` ships in each, so that nobody has to pick a wrong code.
"""

from __future__ import annotations

from models import CodeKind

OTHER = "other"

SYMPTOMS = (
    ("no_power", "不开机", "No power"),
    ("does_not_boot", "无法启动系统", "Does not boot"),
    ("restarts", "自动重启", "Restarts by itself"),
    ("freezes", "死机", "Freezes"),
    ("overheats", "过热", "Overheats"),
    ("does_not_charge", "不充电", "Does not charge"),
    ("short_battery_life", "电池不耐用", "Battery runs down too fast"),
    ("no_display", "无显示", "No display"),
    ("display_damaged", "屏幕损坏", "Display broken or cracked"),
    ("display_faulty", "显示异常", "Display shows lines, spots or wrong colours"),
    ("touch_faulty", "触摸失灵", "Touch does not respond"),
    ("keys_faulty", "按键失灵", "Keys or buttons do not respond"),
    ("no_sound", "无声音", "No sound"),
    ("noise", "异响", "Unusual noise"),
    ("no_network", "无法联网", "No network or wireless connection"),
    ("port_faulty", "接口故障", "A port or connector does not work"),
    ("storage_not_found", "硬盘不识别", "Storage is not found"),
    ("data_error", "数据错误", "Data errors"),
    ("error_message", "报错", "Shows an error message"),
    ("smoke_or_smell", "冒烟或异味", "Smoke or smell of burning"),
    ("liquid_damage", "进液", "Liquid got in"),
    ("mechanical_damage", "机械损坏", "Mechanical damage"),
    (OTHER, "其他", "Other"),
)

CAUSES = (
    ("component_failure", "元器件失效", "A component failed"),
    ("mainboard_fault", "主板故障", "Mainboard fault"),
    ("power_supply_fault", "电源故障", "Power supply fault"),
    ("battery_worn", "电池老化", "Battery worn out"),
    ("display_fault", "显示屏故障", "Display unit fault"),
    ("storage_fault", "存储故障", "Storage fault"),
    ("fan_or_cooling", "散热不良", "Fan or cooling fault"),
    ("loose_connection", "接触不良", "Loose connection"),
    ("cable_fault", "线缆故障", "Cable fault"),
    ("solder_joint", "虚焊", "Bad solder joint"),
    ("firmware_fault", "固件故障", "Firmware fault"),
    ("software_fault", "软件故障", "Software fault"),
    ("wrong_settings", "设置错误", "Wrong settings"),
    ("wear", "自然磨损", "Wear"),
    ("dust", "积尘", "Dust or dirt"),
    ("liquid", "进液腐蚀", "Liquid and corrosion"),
    ("impact", "跌落或撞击", "Fall or impact"),
    ("overvoltage", "过压或雷击", "Overvoltage or lightning"),
    ("no_fault_found", "未发现故障", "No fault found"),
    (OTHER, "其他", "Other"),
)

ACTIONS = (
    ("part_replaced", "更换备件", "Replaced a part"),
    ("mainboard_replaced", "更换主板", "Replaced the mainboard"),
    ("battery_replaced", "更换电池", "Replaced the battery"),
    ("display_replaced", "更换屏幕", "Replaced the display"),
    ("storage_replaced", "更换硬盘", "Replaced the storage"),
    ("soldered", "焊接", "Soldered"),
    ("cleaned", "清洁", "Cleaned"),
    ("reseated", "重新插接", "Reseated a connection"),
    ("adjusted", "调整", "Adjusted"),
    ("calibrated", "校准", "Calibrated"),
    ("firmware_updated", "升级固件", "Updated the firmware"),
    ("software_reinstalled", "重装软件", "Reinstalled the software"),
    ("settings_restored", "恢复设置", "Restored the settings"),
    ("data_recovered", "恢复数据", "Recovered data"),
    ("device_replaced", "更换整机", "Replaced the device"),
    ("tested_only", "仅检测", "Tested only"),
    (OTHER, "其他", "Other"),
)

ATTRIBUTIONS = (
    ("ours", "我方", "Ours"),
    ("other_vendor", "其他厂商", "Another vendor"),
    ("environment", "使用环境", "Environment"),
    ("user", "使用者", "User"),
    ("unknown", "不明", "Unknown"),
)

STARTING_CODES = {
    CodeKind.SYMPTOM: SYMPTOMS,
    CodeKind.CAUSE: CAUSES,
    CodeKind.ACTION: ACTIONS,
    CodeKind.ATTRIBUTION: ATTRIBUTIONS,
}
"""Kind to (code, Chinese words, English words)."""
