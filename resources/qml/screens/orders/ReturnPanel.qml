import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What comes back, how much that is, to which tender, and whose word it needs.
ColumnLayout {
    id: panel
    required property var vm
    readonly property var order: vm.chosen
    readonly property var people: vm.preview.approvers || []
    readonly property bool ready: (vm.preview.amount || 0) > 0 && (people.length === 0 || (vm.approver !== "" && pin.text.length >= 4))

    onVisibleChanged: { pin.clear(); reason.clear() }
    spacing: 12
    ScreenHead {
        Layout.fillWidth: true
        subtitle: qsTr("What comes back, at the price that was paid.")
        title: qsTr("Return on %1").arg(panel.order.number || "")
    }
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: inside.implicitHeight
        ScrollBar.vertical: ScrollBar { policy: flick.contentHeight > flick.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
        ColumnLayout {
            id: inside
            spacing: 12
            width: flick.width - 12
            Repeater {
                model: panel.order.lines || []
                RowLayout {
                    id: row
                    required property var modelData
                    readonly property string back: panel.vm.back[modelData.id] || "0"
                    Layout.fillWidth: true
                    enabled: Number(modelData.left) > 0
                    opacity: enabled ? 1 : 0.6
                    spacing: 12
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0
                        AppText { Layout.fillWidth: true; strong: true; text: row.modelData.title; wrapMode: Text.Wrap }
                        AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: (fmt.locale, qsTr("%1 of %2 left to return").arg(fmt.quantity(row.modelData.left)).arg(fmt.quantity(row.modelData.quantity))); wrapMode: Text.Wrap }
                    }
                    IconButton { enabled: Number(row.back) > 0; iconName: "minus"; text: qsTr("One less of %1").arg(row.modelData.title); onClicked: panel.vm.step(row.modelData.id, -1) }
                    AppText { Layout.minimumWidth: Math.round(32 * Theme.scale); horizontalAlignment: Text.AlignHCenter; strong: true; text: (fmt.locale, fmt.quantity(row.back)) }
                    IconButton { enabled: Number(row.back) < Number(row.modelData.left); iconName: "plus"; text: qsTr("One more of %1").arg(row.modelData.title); onClicked: panel.vm.step(row.modelData.id, 1) }
                }
            }
            ActionButton { iconName: "check-all"; text: qsTr("All that is left"); variant: "quiet"; onClicked: panel.vm.all_back() }
            Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
            RowLayout {
                Layout.fillWidth: true
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("To give back") }
                MoneyText { amount: panel.vm.preview.amount || 0; currency: panel.order.currency || ""; font.pixelSize: Theme.title; strong: true }
            }
            Repeater {
                model: panel.vm.preview.tenders || []
                RowLayout {
                    required property var modelData
                    Layout.fillWidth: true
                    Icon { name: Words.tenderIcon(modelData.kind); size: 20 }
                    AppText { Layout.fillWidth: true; muted: true; text: Words.tender(modelData.kind) + (modelData.detail ? " · " + modelData.detail : ""); wrapMode: Text.Wrap }
                    MoneyText { amount: modelData.amount; currency: panel.order.currency || "" }
                }
            }
            Field { id: reason; Layout.fillWidth: true; iconName: "note-text-outline"; label: qsTr("Reason") }
            AppText { Layout.fillWidth: true; strong: true; text: qsTr("Who approves it?"); visible: panel.people.length > 0 }
            ApproverList { Layout.fillWidth: true; chosen: panel.vm.approver; people: panel.people; visible: panel.people.length > 0; onPicked: id => panel.vm.approve_by(id) }
            Field { id: pin; Layout.fillWidth: true; echoMode: TextInput.Password; enabled: panel.vm.approver !== ""; iconName: "lock-outline"; inputMethodHints: Qt.ImhDigitsOnly; label: qsTr("Their PIN"); maximumLength: 8; visible: panel.people.length > 0 }
        }
    }
    Refusal { Layout.fillWidth: true; refusal: panel.vm.refusal }
    RowLayout {
        spacing: 8
        ActionButton { text: qsTr("Cancel"); variant: "quiet"; onClicked: panel.vm.stop_return() }
        ActionButton {
            Layout.fillWidth: true
            enabled: panel.ready && !panel.vm.busy
            text: qsTr("Give back")
            trailing: (panel.vm.preview.amount || 0) > 0 ? (fmt.locale, fmt.money(panel.vm.preview.amount, panel.order.currency)) : ""
            variant: "primary"
            onClicked: { panel.vm.give_back(reason.text, pin.text); pin.clear() }
        }
    }
}
