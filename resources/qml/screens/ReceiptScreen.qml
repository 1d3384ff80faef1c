import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "orders"

FocusScope {
    id: screen
    readonly property var vm: app.receipt
    readonly property bool low: height < 620

    component Way: ActionButton {
        property string way: ""
        readonly property var grant: screen.vm.ways.find(row => row.way === way) || ({ allowed: false, reason: "" })
        readonly property string done: (screen.vm.handed[way] || {}).state || ""
        Layout.fillWidth: true
        enabled: grant.allowed && done !== "busy"
        tip: grant.allowed ? "" : Words.reason(grant.reason || "")
    }
    RowLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 24
        Card {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 3
            ColumnLayout {
                anchors { fill: parent; margins: 32 }
                spacing: 8
                Badge { meaning: "good"; text: qsTr("Sale saved") }
                Item { Layout.fillHeight: true }
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; horizontalAlignment: Text.AlignHCenter; muted: true; text: screen.vm.change > 0 ? qsTr("Change to give") : qsTr("Paid in full") }
                MoneyText {
                    Layout.fillWidth: true
                    amount: screen.vm.change > 0 ? screen.vm.change : screen.vm.total
                    currency: screen.vm.currency
                    font.pixelSize: Math.round(Theme.display * 2.2)
                    fontSizeMode: Text.HorizontalFit
                    horizontalAlignment: Text.AlignHCenter
                    strong: true
                }
                AppText {
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignHCenter
                    muted: true
                    text: (fmt.locale, screen.vm.tenders.map(row => Words.tender(row.kind) + " " + fmt.money(row.amount, screen.vm.currency)).join("  ·  "))
                    wrapMode: Text.Wrap
                }
                Item { Layout.fillHeight: true }
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; horizontalAlignment: Text.AlignHCenter; muted: true; text: qsTr("Receipt %1 · reference %2").arg(screen.vm.number).arg(screen.vm.reference) }
                ActionButton {
                    Layout.fillWidth: true
                    Layout.preferredHeight: Theme.payTouch
                    Layout.topMargin: 16
                    focus: true
                    font.pixelSize: Theme.title
                    iconName: "plus"
                    text: qsTr("New sale")
                    variant: "primary"
                    onClicked: app.new_sale()
                }
            }
        }
        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 2
            spacing: screen.low ? 12 : 24
            Card {
                Layout.fillWidth: true
                implicitHeight: ways.implicitHeight + 40
                ColumnLayout {
                    id: ways
                    anchors { left: parent.left; margins: 20; right: parent.right; verticalCenter: parent.verticalCenter }
                    spacing: 12
                    AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("Receipt"); wrapMode: Text.WordWrap }
                    Way { iconName: done === "done" ? "check" : "printer-outline"; text: done === "busy" ? qsTr("Printing…") : done === "done" ? qsTr("Printed") : qsTr("Print"); way: "print"; onClicked: screen.vm.hand_over("print", "") }
                    RowLayout {
                        spacing: 8
                        Field { id: phone; Layout.fillWidth: true; enabled: sms.grant.allowed; iconName: "message-text-outline"; inputMethodHints: Qt.ImhDialableCharactersOnly; label: qsTr("Phone"); text: screen.vm.customer.phone || "" }
                        Way { id: sms; Layout.fillWidth: false; enabled: grant.allowed && phone.text && done !== "busy"; text: done === "done" ? qsTr("Sent") : qsTr("Text"); way: "sms"; onClicked: screen.vm.hand_over("sms", phone.text) }
                    }
                    RowLayout {
                        spacing: 8
                        Field { id: email; Layout.fillWidth: true; enabled: mail.grant.allowed; iconName: "email-outline"; inputMethodHints: Qt.ImhEmailCharactersOnly; label: qsTr("E-mail"); text: screen.vm.customer.email || "" }
                        Way { id: mail; Layout.fillWidth: false; enabled: grant.allowed && email.text && done !== "busy"; text: done === "done" ? qsTr("Sent") : qsTr("E-mail"); way: "email"; onClicked: screen.vm.hand_over("email", email.text) }
                    }
                    Repeater {
                        model: screen.vm.ways.filter(row => !row.allowed && row.reason)
                        AppText { required property var modelData; Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: Words.reason(modelData.reason); wrapMode: Text.Wrap }
                    }
                    Repeater {
                        model: ["print", "sms", "email"].filter(way => (screen.vm.handed[way] || {}).state === "failed")
                        Banner { required property var modelData; Layout.fillWidth: true; detail: qsTr("The sale stands. Try again or choose another way."); meaning: "problem"; title: Words.reason(screen.vm.handed[modelData].code) }
                    }
                }
            }
            Card {
                Layout.fillHeight: true
                Layout.fillWidth: true
                ColumnLayout {
                    anchors { fill: parent; margins: screen.low ? 12 : 20 }
                    spacing: screen.low ? 4 : 12
                    AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("Where it goes"); wrapMode: Text.WordWrap }
                    ListView {
                        id: targets
                        Layout.fillHeight: true
                        Layout.fillWidth: true
                        clip: true
                        model: screen.vm.targets
                        delegate: TargetRow {
                            required property var model
                            low: targets.height < 240 * Theme.scale
                            row: model
                            width: targets.width
                            onCodeWanted: link => app.show_code(link)
                        }
                        ScrollBar.vertical: ScrollBar { }
                    }
                }
            }
        }
    }
}
