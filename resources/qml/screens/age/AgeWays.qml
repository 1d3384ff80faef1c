import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The three ways to check: scan, type, or know the customer.
ColumnLayout {
    id: ways
    required property var basket
    readonly property var vm: basket.age
    readonly property var known: basket.law.known_age || ({})
    readonly property string iso: (fmt.locale, fmt.born(born.text))
    readonly property int years: (fmt.locale, iso ? fmt.age(iso) : -1)

    spacing: 16
    Rectangle {
        Layout.fillWidth: true
        color: Theme.accentSoft
        implicitHeight: scan.implicitHeight + 32
        radius: Theme.radius
        RowLayout {
            id: scan
            anchors { left: parent.left; margins: 16; right: parent.right; verticalCenter: parent.verticalCenter }
            spacing: 16
            Icon { color: Theme.accent; name: "barcode-scan"; size: 32 }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2
                AppText { Layout.fillWidth: true; strong: true; text: qsTr("Scan the licence now"); wrapMode: Text.Wrap }
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; text: qsTr("The wide barcode on the back. No field needs the focus."); wrapMode: Text.Wrap }
            }
        }
    }
    AppText { Layout.fillWidth: true; strong: true; text: qsTr("Or type the date of birth"); wrapMode: Text.Wrap }
    Field {
        id: born
        Layout.fillWidth: true
        iconName: "cake-variant-outline"
        inputMethodHints: Qt.ImhDate
        label: (fmt.locale, qsTr("Date of birth, as %1").arg(fmt.born_example))
        wrong: text.length >= 8 && ways.years < 0
        Component.onCompleted: forceActiveFocus()
        onAccepted: if (check.enabled) check.click()
    }
    AppText {
        Layout.fillWidth: true
        color: born.wrong ? Theme.problem : Theme.ink
        text: (fmt.locale, born.wrong ? qsTr("This is no date of birth.") : ways.years >= 0 ? qsTr("Born %1: %n year(s) old", "", ways.years).arg(fmt.date(ways.iso)) : qsTr("Day, month and the year with four digits."))
        wrapMode: Text.Wrap
    }
    ActionButton { id: check; Layout.fillWidth: true; enabled: ways.years >= 0 && !ways.vm.busy; iconName: "check"; text: qsTr("I have read it on a card"); variant: "primary"; onClicked: ways.vm.typed(ways.iso) }
    ColumnLayout {
        Layout.fillWidth: true
        spacing: 8
        visible: !!ways.known.born
        Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
        AppText { Layout.fillWidth: true; strong: true; text: qsTr("Or you know the customer"); wrapMode: Text.Wrap }
        AppText { Layout.fillWidth: true; text: (fmt.locale, qsTr("%1: born %2, %n year(s) old", "", ways.known.age || 0).arg(ways.basket.customer.name || "").arg(fmt.date(ways.known.born || ""))); wrapMode: Text.Wrap }
        ActionButton { Layout.fillWidth: true; enabled: !ways.vm.busy; iconName: "account-check-outline"; text: qsTr("This is the person"); onClicked: ways.vm.confirm() }
    }
    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: qsTr("Who checked and how is kept with the sale; the date of birth is not."); wrapMode: Text.Wrap }
}
