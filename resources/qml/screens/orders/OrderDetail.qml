import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// One order as it was sold: lines, tenders, its way to each system, what went back.
ColumnLayout {
    id: detail
    required property var vm
    property bool narrow: false
    readonly property var order: vm.chosen

    component Pair: RowLayout {
        property string label: ""
        property real amount: 0
        property bool strong: false
        Layout.fillWidth: true
        spacing: 12
        AppText { Layout.fillWidth: true; strong: parent.strong; text: parent.label; wrapMode: Text.Wrap }
        MoneyText { amount: parent.amount; currency: detail.order.currency || ""; strong: parent.strong }
    }
    spacing: 12
    ScreenHead {
        Layout.fillWidth: true
        subtitle: (fmt.locale, [fmt.day(detail.order.at || ""), detail.order.cashier, detail.order.customer].filter(text => text).join(" · "))
        title: detail.order.number || ""
        IconButton { iconName: "arrow-left"; text: qsTr("Back to the list"); visible: detail.narrow; onClicked: detail.vm.close() }
    }
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: facts.implicitHeight
        ScrollBar.vertical: ScrollBar { policy: flick.contentHeight > flick.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
        ColumnLayout {
            id: facts
            spacing: 8
            width: flick.width - 12
            Repeater {
                model: (detail.order.targets || []).filter(row => row.state === "waiting_there")
                TargetRow { required property var modelData; Layout.fillWidth: true; row: modelData; onCodeWanted: link => app.show_code(link) }
            }
            Repeater {
                model: detail.order.lines || []
                Pair { required property var modelData; amount: modelData.total; label: (fmt.locale, fmt.quantity(modelData.quantity) + " × " + modelData.title) }
            }
            Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
            Pair { amount: detail.order.total || 0; label: qsTr("Total"); strong: true }
            Repeater {
                model: detail.order.tenders || []
                Pair { required property var modelData; amount: modelData.amount; label: Words.tender(modelData.kind) + (modelData.detail ? " · " + modelData.detail : "") }
            }
            Repeater {
                model: detail.order.refunds || []
                Pair { required property var modelData; amount: -modelData.amount; label: (fmt.locale, qsTr("Given back %1 · %2").arg(fmt.day(modelData.at)).arg(modelData.reason || modelData.number)) }
            }
            AppText { Layout.topMargin: 12; strong: true; text: qsTr("Its way") }
            TimeLine { Layout.fillWidth: true; rows: detail.order.timeline || [] }
            AppText { Layout.fillWidth: true; Layout.topMargin: 8; font.pixelSize: Theme.small; muted: true; text: qsTr("Reference %1").arg(detail.order.reference || ""); wrapMode: Text.Wrap }
        }
    }
    ActionButton {
        Layout.fillWidth: true
        enabled: (detail.order.left || 0) > 0
        iconName: "keyboard-return"
        text: enabled ? qsTr("Give something back") : qsTr("All of it was given back")
        onClicked: detail.vm.start_return()
    }
}
